/// Answers Gatekeeper: reads its request, judges each key, writes its response.
package dev.countersign.provider;
