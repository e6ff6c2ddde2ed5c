/// Fakes that speak the real protocols: no mocks, no cluster, no network beyond loopback.
package dev.countersign.testkit;
