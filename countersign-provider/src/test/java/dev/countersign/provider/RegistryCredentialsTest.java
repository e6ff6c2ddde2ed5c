package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.access.Environment;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCredentialsTest {
  private static final Repository APP = new Repository("registry.acme.io", "acme/app");

  @TempDir private Path folder;

  @Test
  void asksTheHelperForTheRegistry() throws Exception {
    var program = folder.resolve("docker-credential-acme");
    Files.writeString(
        program,
        "#!/bin/sh\nread host\nprintf '{\"Username\":\"%s\",\"Secret\":\"s\"}' \"$host\"\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    var environment = new Environment(Map.of("PATH", folder + ":/usr/bin:/bin"));

    var found =
        new RegistryCredentials.Program("acme")
            .source(environment)
            .find(APP, Deadline.after(Duration.ofSeconds(30)));

    assertEquals("registry.acme.io", assertInstanceOf(Credentials.Basic.class, found).user());
  }
}
