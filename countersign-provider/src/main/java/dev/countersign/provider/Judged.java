package dev.countersign.provider;

/// A verdict, and where it comes from.
record Judged(Verdict verdict, Source source) {}
