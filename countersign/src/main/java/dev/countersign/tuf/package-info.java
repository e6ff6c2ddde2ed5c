/// [The Update Framework](https://theupdateframework.github.io/specification/latest/): files of a
/// repository that nobody on the way can change, hold back or put together anew.
package dev.countersign.tuf;
