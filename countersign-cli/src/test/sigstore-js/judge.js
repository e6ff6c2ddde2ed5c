#!/usr/bin/env node
// sigstore's verifier for Node as a program that judges many bundles: a line of JSON for each,
// {"key": PEM, "bundle": base64}, and one line back, {"accepted": true} or {"accepted": false, "why":
// text}. Asked is for a good signature by that key, without log, timestamp and whatever was signed.
'use strict';
const { bundleFromJSON } = require('@sigstore/bundle');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');
const { createPublicKey } = require('crypto');
const { createInterface } = require('readline');

const nobody = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
const none = { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 };

function judge({ key, bundle }) {
  try {
    const json = JSON.parse(Buffer.from(bundle, 'base64').toString('utf8'));
    const trust = toTrustMaterial(nobody, () => ({
      publicKey: createPublicKey(key),
      validFor: () => true,
    }));
    new Verifier(trust, none).verify(toSignedEntity(bundleFromJSON(json)));
    return { accepted: true };
  } catch (e) {
    return { accepted: false, why: `${e.name}: ${e.message}` };
  }
}

if (process.argv[2] === '--help') {
  console.log('lines of JSON: {"key": PEM, "bundle": base64}');
} else {
  createInterface({ input: process.stdin }).on('line', (line) => {
    console.log(JSON.stringify(judge(JSON.parse(line))));
  });
}
