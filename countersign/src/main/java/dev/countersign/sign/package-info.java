/// From an image or a file, and a private key, to a signature. Pure: storing it is another
/// package's work.
package dev.countersign.sign;
