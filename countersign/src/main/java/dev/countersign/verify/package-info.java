/// The judgement of one signature by one authority, as a value. Pure: no I/O, no clock.
///
/// The rules are numbered in `docs/verification.md`.
package dev.countersign.verify;
