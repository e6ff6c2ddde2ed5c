/// The front door: verify or sign an image in one call.
package dev.countersign;
