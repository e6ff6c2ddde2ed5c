package dev.countersign.cli.kubernetes;

import dev.countersign.access.Environment;
import dev.countersign.access.TextFile;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.format.Base64Text;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which cluster is meant, and as whom: by the files that `KUBECONFIG` names, else
/// `~/.kube/config`, else the service account of the Pod that this runs in, as `kubectl` chooses.
///
/// Nothing else of the environment decides: a variable must not turn off the check of a
/// certificate.
final class Kubeconfig {
  /// Where the kubelet lays a Pod's token.
  static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final int MAX_BYTES = 1 << 20;
  private static final int RETRIES = 3;
  private static final int RETRY_AFTER_MILLIS = 100;

  private final Environment environment;
  private final Path folder;
  private final Path account;

  /// @param folder where relative paths start
  /// @param account a folder with `token` and `ca.crt`
  Kubeconfig(Environment environment, Path folder, Path account) {
    this.environment = environment;
    this.folder = folder;
    this.account = account;
  }

  /// @throws IOException in one line: if no cluster is named, or a file cannot be used
  Config load() throws IOException {
    var files = files();
    var config = files.isEmpty() ? ofPod() : ofFiles(files);
    config.setRequestRetryBackoffLimit(RETRIES);
    config.setRequestRetryBackoffInterval(RETRY_AFTER_MILLIS);
    config.setUserAgent("countersign");
    return config;
  }

  private List<File> files() {
    var named = environment.find("KUBECONFIG");
    var paths =
        named.isPresent()
            ? List.of(named.get().split(File.pathSeparator))
            : environment
                .home()
                .map(home -> List.of(home.resolve(".kube/config").toString()))
                .orElse(List.of());
    return paths.stream()
        .filter(path -> !path.isEmpty())
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .map(Path::toAbsolutePath)
        .map(Path::toFile)
        .toList();
  }

  private Config ofFiles(List<File> files) throws IOException {
    var parsed = new ArrayList<io.fabric8.kubernetes.api.model.Config>();
    for (var file : files) {
      try {
        parsed.add(KubeConfigUtils.parseConfig(file));
      } catch (RuntimeException e) {
        // The library's own words may quote the file, and with it a token.
        throw new IOException(file + ": expected a kubeconfig, got something else", e);
      }
    }
    var config = Config.empty();
    try {
      KubeConfigUtils.merge(
          config, null, parsed.toArray(io.fabric8.kubernetes.api.model.Config[]::new));
    } catch (KubernetesClientException e) {
      throw new IOException("the credentials in " + names(files) + " cannot be had", e);
    }
    if (config.getCurrentContext() == null || config.getMasterUrl() == null) {
      throw new IOException(
          names(files) + ": expected a current-context with its cluster, got none");
    }
    requireCredentials(config, parsed);
    proxy("HTTPS_PROXY")
        .filter(url -> config.getHttpsProxy() == null)
        .ifPresent(config::setHttpsProxy);
    proxy("NO_PROXY").ifPresent(hosts -> config.setNoProxy(hosts.split(",")));
    return config;
  }

  /// The library goes on as nobody where a credential program fails.
  private static void requireCredentials(
      Config config, List<io.fabric8.kubernetes.api.model.Config> files) throws IOException {
    var user = config.getCurrentContext().getContext().getUser();
    var program =
        files.stream()
            .flatMap(file -> file.getUsers().stream())
            .filter(entry -> entry.getName().equals(user))
            .map(NamedAuthInfo::getUser)
            .findFirst()
            .map(entry -> entry.getExec());
    if (program.isPresent()
        && config.getAutoOAuthToken() == null
        && config.getClientCertData() == null) {
      throw new IOException(
          "the kubeconfig's credential program gave no credentials: "
              + OneLine.of(String.valueOf(program.get().getCommand())));
    }
  }

  private Config ofPod() throws IOException {
    var host = environment.find("KUBERNETES_SERVICE_HOST");
    var port = environment.find("KUBERNETES_SERVICE_PORT");
    if (host.isEmpty() || port.isEmpty()) {
      throw new IOException(
          "expected a cluster by KUBECONFIG, ~/.kube/config or a Pod's service account, got none");
    }
    var token = account.resolve("token");
    if (!Files.isReadable(token)) {
      throw new IOException(
          token
              + ": expected the token of the Pod's service account, got none (see its"
              + " automountServiceAccountToken)");
    }
    var config = Config.empty();
    var name = host.get().contains(":") ? '[' + host.get() + ']' : host.get();
    config.setMasterUrl("https://" + name + ':' + port.get() + '/');
    config.setCaCertFile(account.resolve("ca.crt").toString());
    config.setOauthToken(Files.readString(token).strip());
    return config;
  }

  /// The client certificate in `config`, which has none afterwards.
  static Optional<TlsKeyPair> takeClientCertificate(Config config)
      throws IOException, FormatException {
    var certificate = text(config.getClientCertFile(), config.getClientCertData());
    var key = text(config.getClientKeyFile(), config.getClientKeyData());
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    config.setClientCertFile(null);
    config.setClientCertData(null);
    config.setClientKeyFile(null);
    config.setClientKeyData(null);
    return Optional.of(TlsKeyPair.parse(certificate.get(), key.get()));
  }

  /// Of a file, or of data, which is base64 in a kubeconfig and PEM from a credential program.
  private static Optional<TlsKeyPair.Text> text(@Nullable String file, @Nullable String data)
      throws IOException, FormatException {
    if (data != null && !data.isEmpty()) {
      var pem =
          data.startsWith("-----") ? data : Base64Text.decode(data.replaceAll("\\s", "")).toUtf8();
      return Optional.of(new TlsKeyPair.Text("the kubeconfig", pem));
    }
    return file == null
        ? Optional.empty()
        : Optional.of(new TlsKeyPair.Text(file, TextFile.read(Path.of(file), MAX_BYTES).toUtf8()));
  }

  private Optional<String> proxy(String name) {
    return environment.find(name).or(() -> environment.find(name.toLowerCase(Locale.ROOT)));
  }

  private static String names(List<File> files) {
    return String.join(", ", files.stream().map(File::toString).toList());
  }
}
