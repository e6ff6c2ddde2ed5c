/// Tests against the programs that others run: cosign, oras, crane, Debian's registry.
package dev.countersign.cli.interop;
