package dev.countersign.cli.kubernetes;

import dev.countersign.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whether every image is asked about, once, and in time. Pure.
record AdmissionChecks(Cluster cluster, List<Manifest> providers, List<Finding> findings) {
  static final String KIND = "K8sCountersignImages";

  private static final Set<String> PLACES =
      Set.of("containers", "initContainers", "ephemeralContainers", "volumes");
  private static final Set<String> KINDS =
      Set.of(
          "Pod",
          "PodTemplate",
          "ReplicationController",
          "DaemonSet",
          "Deployment",
          "ReplicaSet",
          "StatefulSet",
          "CronJob",
          "Job");

  /// What Gatekeeper's webhooks have where nothing is set ([its
  /// manifests](https://github.com/open-policy-agent/gatekeeper/tree/master/manifest_staging)).
  private static final int API_SERVER_SECONDS = 10;

  private static final String CACHE_FLAG = "--external-data-provider-response-cache-ttl=";
  private static final Duration CACHE_DEFAULT = Duration.ofMinutes(3);
  private static final Duration CACHE_WANTED = Duration.ofSeconds(10);
  private static final Pattern GO_SECONDS = Pattern.compile("(?:(\\d+)m)?(?:(\\d+)s)?");

  void run() {
    checkTemplates();
    checkConstraints();
    checkWebhooks();
    checkGatekeeper();
    checkPinning();
    checkMounts();
  }

  private List<Manifest> constraints() {
    return cluster.all(KIND).toList();
  }

  private void checkTemplates() {
    var ours =
        cluster
            .all("ConstraintTemplate")
            .filter(template -> text(template).contains("external_data"))
            .toList();
    var hasOthers = cluster.all("ConstraintTemplate").findAny().isPresent() && !isPart();
    if (cluster.lacks("ConstraintTemplate") || (hasOthers && ours.isEmpty())) {
      find(Rule.TEMPLATE_MISSING, "ConstraintTemplate k8scountersignimages", "there is none");
    }
    for (var template : ours) {
      var missing = new TreeSet<>(PLACES);
      missing.removeIf(text(template)::contains);
      if (!missing.isEmpty()) {
        find(
            Rule.TEMPLATE_PLACES,
            template.toString(),
            "it does not look at " + String.join(", ", missing));
      }
    }
  }

  private boolean isPart() {
    return cluster instanceof Cluster.Part;
  }

  private static String text(Manifest template) {
    var text = new StringBuilder();
    for (var target : Members.objects(template.at("spec").orElse(JsonObject.empty()), "targets")) {
      Members.text(target, "rego").ifPresent(text::append);
      for (var code : Members.objects(target, "code")) {
        Members.object(code, "source")
            .flatMap(source -> Members.text(source, "rego"))
            .ifPresent(text::append);
      }
    }
    return text.toString();
  }

  private void checkConstraints() {
    var constraints = constraints();
    if (cluster.lacks(KIND)) {
      find(Rule.CONSTRAINT_MISSING, KIND, "there is none, so that nothing is asked");
    }
    for (var constraint : constraints) {
      var missing = new TreeSet<>(KINDS);
      missing.removeAll(kinds(constraint));
      if (!missing.isEmpty()) {
        find(
            Rule.CONSTRAINT_KINDS,
            constraint.toString(),
            "it does not match " + String.join(", ", missing));
      }
    }
    if (!constraints.isEmpty() && constraints.stream().noneMatch(AdmissionChecks::denies)) {
      find(Rule.CONSTRAINT_NOT_DENYING, KIND, "no constraint denies anything");
    }
    for (int i = 0; i < constraints.size(); i++) {
      for (int j = i + 1; j < constraints.size(); j++) {
        checkOverlap(constraints.get(i), constraints.get(j));
      }
    }
  }

  private static Set<String> kinds(Manifest constraint) {
    var kinds = new HashSet<String>();
    var entries = Members.objects(match(constraint), "kinds");
    entries.forEach(entry -> kinds.addAll(Members.texts(entry, "kinds")));
    return entries.isEmpty() || kinds.contains("*") ? KINDS : kinds;
  }

  private static JsonObject match(Manifest constraint) {
    return constraint.at("spec", "match").orElse(JsonObject.empty());
  }

  private static boolean denies(Manifest constraint) {
    var action = constraint.at("spec").flatMap(spec -> Members.text(spec, "enforcementAction"));
    return action.isEmpty() || action.get().equals("deny") || action.get().equals("scoped");
  }

  private void checkOverlap(Manifest one, Manifest other) {
    common(match(one), match(other))
        .ifPresent(where ->
            find(
                Rule.CONSTRAINTS_OVERLAP,
                one + " and " + other,
                "both match " + where + ", so that Gatekeeper asks twice, one after the other"));
  }

  /// A namespace that both match, as far as names tell; selectors may still keep them apart.
  private static Optional<String> common(JsonObject one, JsonObject other) {
    if (Stream.of(one, other)
        .anyMatch(match ->
            match.find("namespaceSelector").isPresent()
                || match.find("labelSelector").isPresent())) {
      return Optional.empty();
    }
    var candidates =
        Stream.concat(named(one).stream(), named(other).stream())
            .filter(name -> matches(one, name) && matches(other, name))
            .map(name -> "namespace " + name)
            .findFirst();
    return candidates.isPresent() || !named(one).isEmpty() || !named(other).isEmpty()
        ? candidates
        : Optional.of("all other namespaces");
  }

  private static List<String> named(JsonObject match) {
    return Members.texts(match, "namespaces");
  }

  private static boolean matches(JsonObject match, String namespace) {
    var named = named(match);
    return (named.isEmpty() || named.stream().anyMatch(glob -> isLike(glob, namespace)))
        && Members.texts(match, "excludedNamespaces").stream()
            .noneMatch(glob -> isLike(glob, namespace));
  }

  /// Gatekeeper takes `*` at either end.
  private static boolean isLike(String glob, String name) {
    return name.matches(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
  }

  private void checkWebhooks() {
    if (cluster.lacks("ValidatingWebhookConfiguration")) {
      find(Rule.WEBHOOK_MISSING, "ValidatingWebhookConfiguration", "there is none");
    }
    for (var webhook : webhooks("ValidatingWebhookConfiguration", "validation.gatekeeper.sh")) {
      int seconds = seconds(webhook);
      int calls = calls();
      for (var provider : providers) {
        int timeout = ProviderChecks.timeout(provider);
        if (!ProviderChecks.mutates(provider) && timeout >= seconds) {
          find(
              Rule.PROVIDER_TIMEOUT,
              provider.toString(),
              "it may take %d s, and the webhook waits %d s: a late webhook admits"
                  .formatted(timeout, seconds));
        } else if (!ProviderChecks.mutates(provider) && calls * timeout >= seconds) {
          find(
              Rule.WEBHOOK_TIMEOUT,
              "webhook validation.gatekeeper.sh",
              "it waits %d s, and %d calls of %d s may be made for one Pod"
                  .formatted(seconds, calls, timeout));
        }
      }
      if (Members.text(webhook, "failurePolicy").filter("Ignore"::equals).isPresent()) {
        find(
            Rule.WEBHOOK_FAILURE_POLICY,
            "webhook validation.gatekeeper.sh",
            "its failurePolicy is Ignore: when it is late or down, everything is admitted");
      }
    }
    for (var webhook : webhooks("MutatingWebhookConfiguration", "mutation.gatekeeper.sh")) {
      int seconds = seconds(webhook);
      providers.stream()
          .filter(ProviderChecks::mutates)
          .filter(provider -> ProviderChecks.timeout(provider) >= seconds)
          .forEach(provider ->
              find(
                  Rule.MUTATION_TIMEOUT,
                  "webhook mutation.gatekeeper.sh",
                  "it waits %d s, no longer than %s: a late webhook leaves tags as they are"
                      .formatted(seconds, provider)));
    }
  }

  /// How often one Pod is asked about, by names.
  private int calls() {
    var constraints = constraints();
    return Math.max(
        1,
        (int)
            constraints.stream()
                .mapToLong(one ->
                    constraints.stream()
                        .filter(other -> common(match(one), match(other)).isPresent())
                        .count())
                .max()
                .orElse(1));
  }

  private List<JsonObject> webhooks(String kind, String name) {
    return cluster
        .all(kind)
        .flatMap(configuration -> Members.objects(configuration.object(), "webhooks").stream())
        .filter(webhook -> Members.text(webhook, "name").filter(name::equals).isPresent())
        .toList();
  }

  private static int seconds(JsonObject webhook) {
    return Members.number(webhook, "timeoutSeconds")
        .map(Double::intValue)
        .orElse(API_SERVER_SECONDS);
  }

  /// Its two programs: the webhook and audit each ask the provider.
  private void checkGatekeeper() {
    for (var deployment : cluster.all("Deployment").toList()) {
      if (deployment.name().startsWith("gatekeeper-")) {
        var arguments = arguments(deployment);
        if (arguments.contains("--enable-external-data=false")) {
          find(
              Rule.EXTERNAL_DATA_OFF,
              deployment.toString(),
              "external data is turned off, so that no provider is asked");
        }
        var kept = kept(arguments);
        if (kept.compareTo(CACHE_WANTED) > 0) {
          find(
              Rule.RESPONSE_CACHE,
              deployment.toString(),
              "it keeps an answer for %d s: so long a revoked image is admitted and a newly signed one refused"
                  .formatted(kept.toSeconds()));
        }
      }
    }
  }

  private static Duration kept(List<String> arguments) {
    var text =
        arguments.stream()
            .filter(argument -> argument.startsWith(CACHE_FLAG))
            .map(argument -> argument.substring(CACHE_FLAG.length()))
            .findFirst();
    if (text.isEmpty()) {
      return CACHE_DEFAULT;
    }
    var parts = GO_SECONDS.matcher(text.get());
    return parts.matches()
        ? Duration.ofMinutes(whole(parts.group(1))).plusSeconds(whole(parts.group(2)))
        : CACHE_DEFAULT;
  }

  private static long whole(@Nullable String digits) {
    return digits == null || digits.length() > 9 ? 0 : Long.parseLong(digits);
  }

  private static List<JsonObject> containers(Manifest deployment) {
    return Members.objects(
        deployment.at("spec", "template", "spec").orElse(JsonObject.empty()), "containers");
  }

  private static List<String> arguments(Manifest deployment) {
    var arguments = new ArrayList<String>();
    containers(deployment)
        .forEach(container -> {
          arguments.addAll(Members.texts(container, "command"));
          arguments.addAll(Members.texts(container, "args"));
        });
    return arguments;
  }

  /// Where a digest is demanded, a Pod that names a tag runs only if the tag is pinned before.
  private void checkPinning() {
    var demanding =
        constraints().stream()
            .filter(constraint ->
                constraint
                    .at("spec", "parameters")
                    .flatMap(parameters -> Members.truth(parameters, "requireDigest"))
                    .orElse(true))
            .toList();
    if (demanding.isEmpty() || (isPart() && cluster.all("Assign").findAny().isEmpty())) {
      return;
    }
    var missing = new TreeSet<>(PLACES);
    cluster
        .all("Assign")
        .filter(assign ->
            assign
                .at("spec", "parameters", "assign", "externalData")
                .flatMap(data -> Members.text(data, "provider"))
                .isPresent())
        .map(assign -> assign.at("spec").flatMap(spec -> Members.text(spec, "location")).orElse(""))
        .forEach(location -> missing.removeIf(place -> location.startsWith("spec." + place + '[')));
    if (!missing.isEmpty()) {
      find(
          Rule.TAGS_NOT_PINNED,
          demanding.getFirst().toString(),
          "it demands digests, and no Assign pins the tags of " + String.join(", ", missing));
    }
  }

  private void checkMounts() {
    for (var deployment : cluster.all("Deployment").toList()) {
      if (serves(deployment)) {
        for (var container : containers(deployment)) {
          for (var mount : Members.objects(container, "volumeMounts")) {
            if (Members.text(mount, "subPath").filter(path -> !path.isEmpty()).isPresent()) {
              find(
                  Rule.KEY_MOUNT_SUBPATH,
                  deployment.toString(),
                  "the mount at %s has a subPath, so that a new key or certificate never arrives"
                      .formatted(Members.text(mount, "mountPath").orElse("?")));
            }
          }
        }
      }
    }
  }

  private static boolean serves(Manifest deployment) {
    return arguments(deployment).contains("serve") || deployment.name().startsWith("countersign");
  }

  private void find(Rule rule, String subject, String what) {
    findings.add(new Finding(rule, subject, what));
  }
}
