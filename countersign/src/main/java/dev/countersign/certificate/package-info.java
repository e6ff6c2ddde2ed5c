/// X.509 certificates, what they prove at a time, and whom they name; the certificate log's and the
/// timestamp authority's words about them.
package dev.countersign.certificate;
