package dev.countersign.cli.kubernetes;

/// Something that `doctor` found.
///
/// @param subject the object that it is about
/// @param what in one line
public record Finding(Rule rule, String subject, String what) {}
