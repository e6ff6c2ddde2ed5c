package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// A transparency log that speaks [Rekor's first
/// version](https://github.com/sigstore/rekor/blob/main/openapi.yaml).
public final class FakeRekor implements FakeLog {
  /// Entries of older shards come before those of this one.
  private static final int FIRST_INDEX = 1000;

  private static final String TREE = "00000000000004d2";
  private static final String ENTRIES = "/api/v1/log/entries";

  private final ServiceKey key = ServiceKey.ecdsa();
  private final ServiceKey otherKey = ServiceKey.ecdsa();
  private final MerkleTree tree = new MerkleTree();
  private final List<Entry> entries = new ArrayList<>();
  private final AtomicReference<Lie> lie = new AtomicReference<>(Lie.NONE);
  private final LoopbackService service;

  private static final class Entry {
    private final String uuid;
    private final byte[] body;
    private final long time = Instant.now().getEpochSecond();

    Entry(byte[] body) {
      this.uuid = TREE + HexFormat.of().formatHex(MerkleTree.leafHash(body));
      this.body = body;
    }
  }

  private FakeRekor() throws IOException {
    service = LoopbackService.start(this::answer);
    add(ProposedEntry.strangersFirst());
  }

  public static FakeRekor start() throws IOException {
    return new FakeRekor();
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
    return 1;
  }

  /// Its public key, PEM.
  public String keyPem() {
    return Pem.of(key.publicKey());
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
        Map.of("keyId", ProposedEntry.base64(key.id())));
  }

  private synchronized Reply answer(Call call) throws Refusal, IOException {
    var path = call.request().path();
    if (path.equals(ENTRIES) && call.method().equals("POST")) {
      return record(FakeFulcio.body(call));
    }
    if (path.equals(ENTRIES)) {
      var index = call.query().first("logIndex").orElse("");
      for (var i = 0; i < entries.size(); i++) {
        if (index.equals(String.valueOf(FIRST_INDEX + i))) {
          return FakeIssuer.json(told(i));
        }
      }
    }
    if (path.startsWith(ENTRIES + '/')) {
      return FakeIssuer.json(told(find(path.substring(ENTRIES.length() + 1))));
    }
    if (path.equals("/api/v1/log/publicKey")) {
      return Reply.of(200)
          .body("application/x-pem-file", keyPem().getBytes(StandardCharsets.US_ASCII));
    }
    if (path.equals("/api/v1/log")) {
      return FakeIssuer.json(
          Map.of(
              "rootHash",
              HexFormat.of().formatHex(tree.root()),
              "treeSize",
              tree.size(),
              "treeID",
              "1234",
              "signedTreeHead",
              checkpoint(key)));
    }
    throw Routes.notFound();
  }

  private Reply record(Map<String, Object> proposed) throws Refusal {
    var body = ProposedEntry.first(proposed);
    var uuid = new Entry(body).uuid;
    for (var entry : entries) {
      if (entry.uuid.equals(uuid)) {
        var reply = FakeIssuer.json(Map.of("code", 409, "message", "an equivalent entry exists"));
        throw new Refusal(
            "there",
            Reply.of(409)
                .with("Location", ENTRIES + '/' + uuid)
                .body("application/json", reply.body()));
      }
    }
    add(body);
    return Reply.of(201)
        .with("ETag", uuid)
        .with("Location", ENTRIES + '/' + uuid)
        .body("application/json", Json.write(told(entries.size() - 1)));
  }

  /// The name of the key is the host of the log's address.
  private String checkpoint(ServiceKey signer) {
    var name = url().getHost();
    return Checkpoint.of(name + " - 1234", name, tree, signer);
  }

  private void add(byte[] body) {
    var _ = tree.add(body);
    entries.add(new Entry(body));
  }

  private int find(String uuid) throws Refusal {
    for (var i = 0; i < entries.size(); i++) {
      if (entries.get(i).uuid.endsWith(uuid) || uuid.endsWith(entries.get(i).uuid)) {
        return i;
      }
    }
    throw Refusal.plain(404, "entry not found");
  }

  private Map<String, ?> told(int index) {
    var told = lie.getAndSet(Lie.NONE);
    var uuid = entries.get(index).uuid; // by which clients look the entry up
    var shown = told == Lie.OTHER_ENTRY ? index - 1 : index;
    var signer = told == Lie.OTHER_KEY ? otherKey : key;
    var entry = entries.get(shown);
    var set =
        ProposedEntry.sorted(
            "body",
            ProposedEntry.base64(entry.body),
            "integratedTime",
            entry.time,
            "logID",
            HexFormat.of().formatHex(key.id()),
            "logIndex",
            FIRST_INDEX + shown);
    var hashes = new ArrayList<String>();
    for (var hash : tree.proof(shown)) {
      hashes.add(
          HexFormat.of().formatHex(told == Lie.WRONG_PROOF ? ServiceKey.sha256(hash) : hash));
    }
    var proof =
        Map.of(
            "checkpoint",
            checkpoint(signer),
            "hashes",
            hashes,
            "logIndex",
            shown,
            "rootHash",
            HexFormat.of().formatHex(tree.root()),
            "treeSize",
            tree.size());
    var answer = new java.util.TreeMap<String, Object>(set);
    answer.put(
        "verification",
        Map.of(
            "inclusionProof",
            proof,
            "signedEntryTimestamp",
            ProposedEntry.base64(signer.sign(Json.write(set)))));
    return Map.of(uuid, answer);
  }
}
