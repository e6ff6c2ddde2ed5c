package dev.countersign.testkit;

/// What a test wants to happen around a write, in the thread that answers it.
final class Hooks {
  private volatile Runnable before = () -> {};
  private volatile Runnable after = () -> {};

  void beforeManifestPut() {
    before.run();
  }

  void afterManifestPut() {
    after.run();
  }

  void setBeforeManifestPut(Runnable hook) {
    before = hook;
  }

  void setAfterManifestPut(Runnable hook) {
    after = hook;
  }
}
