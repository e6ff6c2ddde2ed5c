package dev.countersign.provider;

import dev.countersign.registry.PlainHttp;
import java.util.Optional;

/// How one registry is reached, as the policy file says; what is empty is as for all others.
///
/// Holds what the files held, so that two are equal while nothing changed.
///
/// @param concurrency the most exchanges with it at the same time
public record RegistrySettings(
    RegistryTls tls,
    PlainHttp plainHttp,
    Optional<RegistryCredentials> credentials,
    Optional<Integer> concurrency) {}
