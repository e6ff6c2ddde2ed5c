package dev.countersign.registry;

/// How HTTP is spoken.
enum Scheme {
  HTTP("http", 80),
  HTTPS("https", 443);

  private final String text;
  private final int port;

  Scheme(String text, int port) {
    this.text = text;
    this.port = port;
  }

  String text() {
    return text;
  }

  int port() {
    return port;
  }
}
