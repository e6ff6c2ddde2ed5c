#!/usr/bin/env node
// sigstore's verifier for Node as a program that judges many bundles: a line of JSON for each,
// {"key": PEM, "bundle": base64}, and one line back, {"accepted": true} or {"accepted": false, "why":
// text}. Asked is for a good signature by that key, without log, timestamp and whatever was signed.
//
// {"trustedRoot": base64, "bundle": base64, "artifact": base64, "timestamps": N} asks instead for a good
// signature with a certificate, or by "key", that one log, N timestamp authorities and, with a certificate, one log of
// certificates of that trusted root vouch for; "artifact" is the file, for bundles that hold none.
'use strict';
const { bundleFromJSON } = require('@sigstore/bundle');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const { createPublicKey } = require('crypto');
const { createInterface } = require('readline');

const nobody = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
const none = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 };

const parse = (base64) => JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));

function judge({ key, bundle, trustedRoot, artifact, timestamps }) {
  try {
    const finder = key && (() => ({ publicKey: createPublicKey(key), validFor: () => true }));
    const trust = toTrustMaterial(trustedRoot ? TrustedRoot.fromJSON(parse(trustedRoot)) : nobody, finder);
    const wanted = trustedRoot
      ? { ctlogThreshold: key ? 0 : 1, tlogThreshold: 1, timestampThreshold: timestamps }
      : none;
    const file = artifact === undefined ? undefined : Buffer.from(artifact, 'base64');
    new Verifier(trust, wanted).verify(toSignedEntity(bundleFromJSON(parse(bundle)), file));
    return { accepted: true };
  } catch (e) {
    return { accepted: false, why: `${e.name}: ${e.message} ${e.fields ?? ''}`.toWellFormed() };
  }
}

if (process.argv[2] === '--help') {
  console.log('lines of JSON: {"key": PEM, "bundle": base64}');
} else {
  createInterface({ input: process.stdin }).on('line', (line) => {
    console.log(JSON.stringify(judge(JSON.parse(line))));
  });
}
