package dev.countersign.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/// A transparency log that speaks [Rekor's second
/// version](https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md), with its
/// [tiles](https://c2sp.org/tlog-tiles).
public final class FakeTiledLog implements FakeLog {
  private static final Pattern TILE =
      Pattern.compile("/api/v2/tile/(?<level>[0-9]+|entries)/(?<index>[0-9x/]+)(?:\\.p/[0-9]+)?");
  private static final int TILE_WIDTH = 256;

  private final ServiceKey key = ServiceKey.ed25519();
  private final ServiceKey otherKey = ServiceKey.ed25519();
  private final MerkleTree tree = new MerkleTree();
  private final List<byte[]> entries = new ArrayList<>();
  private final AtomicReference<Lie> lie = new AtomicReference<>(Lie.NONE);
  private final LoopbackService service;

  private FakeTiledLog() throws IOException {
    service = LoopbackService.start(this::answer);
    add(ProposedEntry.strangersSecond());
  }

  public static FakeTiledLog start() throws IOException {
    return new FakeTiledLog();
  }

  @Override
  public LoopbackService service() {
    return service;
  }

  @Override
  public void lieNext(Lie next) {
    lie.set(next);
  }

  @Override
  public synchronized int size() {
    return entries.size();
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public Map<String, Object> toTrusted() {
    return Map.of(
        "baseUrl",
        url().toString(),
        "hashAlgorithm",
        "SHA2_256",
        "publicKey",
        key.toTrustedKey(),
        "logId",
        Map.of("keyId", ProposedEntry.base64(Checkpoint.keyId(origin(), key))));
  }

  /// The name of its key, by which verifiers know it: the host of its address.
  private String origin() {
    return url().getHost();
  }

  private synchronized Reply answer(Call call) throws Refusal, IOException {
    var path = call.request().path();
    if (path.equals("/api/v2/log/entries")) {
      var body = ProposedEntry.second(FakeFulcio.body(call));
      if (entries.stream().anyMatch(entry -> java.util.Arrays.equals(entry, body))) {
        throw Refusal.plain(409, "an equivalent entry already exists in the transparency log");
      }
      add(body);
      return Reply.of(201)
          .body("application/json", Json.write(told(entries.size() - 1, lie.getAndSet(Lie.NONE))));
    }
    if (path.equals("/api/v2/checkpoint")) {
      var text = Checkpoint.of(origin(), origin(), tree, key);
      return Reply.of(200).body("text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
    var tile = TILE.matcher(path);
    if (!tile.matches()) {
      throw Routes.notFound();
    }
    var index = Integer.parseInt(tile.group("index").replaceAll("[x/]", ""));
    var level = tile.group("level");
    var all = level.equals("entries") ? bundled() : tree.level(Integer.parseInt(level));
    var end = Math.min(all.size(), (index + 1) * TILE_WIDTH);
    if (index * TILE_WIDTH >= end) {
      throw Routes.notFound();
    }
    var body = new ByteArrayOutputStream();
    for (var part : all.subList(index * TILE_WIDTH, end)) {
      body.writeBytes(part);
    }
    return Reply.of(200).body("application/octet-stream", body.toByteArray());
  }

  private void add(byte[] body) {
    var _ = tree.add(body);
    entries.add(body);
  }

  /// The entries, each after its length.
  private List<byte[]> bundled() throws IOException {
    var all = new ArrayList<byte[]>();
    for (var entry : entries) {
      var out = new ByteArrayOutputStream();
      new DataOutputStream(out).writeShort(entry.length);
      out.writeBytes(entry);
      all.add(out.toByteArray());
    }
    return all;
  }

  private Map<String, ?> told(int index, Lie told) {
    var shown = told == Lie.OTHER_ENTRY ? index - 1 : index;
    var signer = told == Lie.OTHER_KEY ? otherKey : key;
    var base64 = Base64.getEncoder();
    var hashes = new ArrayList<String>();
    for (var hash : tree.proof(shown)) {
      hashes.add(base64.encodeToString(told == Lie.WRONG_PROOF ? ServiceKey.sha256(hash) : hash));
    }
    return Map.of(
        "logIndex",
        String.valueOf(shown),
        "logId",
        Map.of("keyId", base64.encodeToString(Checkpoint.keyId(origin(), key))),
        "kindVersion",
        Map.of("kind", "hashedrekord", "version", "0.0.2"),
        "integratedTime",
        "0",
        "inclusionProof",
        Map.of(
            "logIndex",
            String.valueOf(shown),
            "rootHash",
            base64.encodeToString(tree.root()),
            "treeSize",
            String.valueOf(tree.size()),
            "hashes",
            hashes,
            "checkpoint",
            Map.of("envelope", Checkpoint.of(origin(), origin(), tree, signer))),
        "canonicalizedBody",
        base64.encodeToString(entries.get(shown)));
  }
}
