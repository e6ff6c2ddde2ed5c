import org.jspecify.annotations.NullMarked;

/// An in-process registry and other fakes, for tests of images and signatures.
@NullMarked
module dev.countersign.testkit {
  requires static org.jspecify;
  requires jdk.httpserver;
  requires tools.jackson.core;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;

  exports dev.countersign.testkit;
}
