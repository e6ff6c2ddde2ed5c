import org.jspecify.annotations.NullMarked;

/// Signs container images and verifies their signatures, as cosign does, without cosign.
@NullMarked
@SuppressWarnings("module") // those that may see the JSON layer are built after this one
module dev.countersign {
  requires static org.jspecify;
  requires com.google.gson;
  requires org.apache.httpcomponents.core5.httpcore5;
  requires org.bouncycastle.provider;

  exports dev.countersign;
  exports dev.countersign.access;
  exports dev.countersign.attachment;
  exports dev.countersign.certificate;
  exports dev.countersign.format;
  exports dev.countersign.key;
  exports dev.countersign.oci;
  exports dev.countersign.policy;
  exports dev.countersign.registry;
  exports dev.countersign.sign;
  exports dev.countersign.signature;
  exports dev.countersign.sigstore;
  exports dev.countersign.transparency;
  exports dev.countersign.trust;
  exports dev.countersign.tuf;
  exports dev.countersign.verify;
  exports dev.countersign.json to
      dev.countersign.cli,
      dev.countersign.provider;
}
