/// A cluster as the command meets it: its API server, the objects there and in files.
package dev.countersign.cli.kubernetes;
