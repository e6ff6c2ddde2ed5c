/// DER, the one encoding of ASN.1 values, read and written strictly. Not exported.
package dev.countersign.der;
