/// The admission contract: what is deployed admits nothing that is not signed.
@NullMarked
package dev.countersign.admission;

import org.jspecify.annotations.NullMarked;
