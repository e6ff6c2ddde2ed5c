/// From an image and a private key to a signature. Pure: storing it is another package's work.
package dev.countersign.sign;
