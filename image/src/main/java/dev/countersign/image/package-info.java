/// Builds the container image of `countersign`, without a container engine.
@NullMarked
package dev.countersign.image;

import org.jspecify.annotations.NullMarked;
