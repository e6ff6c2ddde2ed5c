/// Measures the shipped programs as whole processes, beside their rivals, in one run.
@org.jspecify.annotations.NullMarked
package dev.countersign.bench;
