/// Entries of a transparency log and what they say of a signature.
package dev.countersign.transparency;
