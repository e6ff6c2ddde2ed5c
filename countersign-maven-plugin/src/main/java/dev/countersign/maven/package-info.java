/// The Maven plugin: signs and verifies what jib pushed, by the command `countersign`.
@NullMarked
package dev.countersign.maven;

import org.jspecify.annotations.NullMarked;
