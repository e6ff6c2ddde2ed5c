/// Conditions written in CEL ([Common Expression Language](https://cel.dev)), over a statement that
/// a key has signed and whose author may still be hostile.
///
/// A module of its own, found by `ServiceLoader`: who has no condition loads none of it. On the
/// class path only, since the jars of CEL share packages.
@NullMarked
package dev.countersign.cel;

import org.jspecify.annotations.NullMarked;
