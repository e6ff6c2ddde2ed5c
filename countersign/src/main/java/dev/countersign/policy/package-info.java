/// What an image must show, and the decision about one image. Pure: no I/O, no clock.
package dev.countersign.policy;
