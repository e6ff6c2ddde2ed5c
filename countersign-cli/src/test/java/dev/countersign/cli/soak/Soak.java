package dev.countersign.cli.soak;

import dev.countersign.cli.soak.WebhookClient.Answer;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.FaultProxy;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.MountedSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Callers that ask a service without pause, while its registry fails and its files change; and a
/// judge of each answer.
final class Soak {
  private static final int CALLERS = 24;
  private static final int IMAGES = 40;
  private static final int MOST_PER_CONNECTION = 200;
  private static final int ROTATIONS_PER_LINE = 50;
  private static final int FAULTS_PER_MILLE = 100;
  private static final Duration ROTATION_TIME = Duration.ofSeconds(90);

  /// What an answer may say of a good image beside that it is good: that a limit was reached.
  private static final Pattern LIMIT = Pattern.compile("at most|more than|limit");

  private final Path folder;
  private final long wantedRequests;
  private final int wantedRotations;
  private final FakeCa servers = FakeCa.create();
  private final SoftwareKey steady = SoftwareKey.generate(new SecureRandom());
  private final SoftwareKey[] rotating = {
    SoftwareKey.generate(new SecureRandom()), SoftwareKey.generate(new SecureRandom())
  };
  private final Map<String, String> goodDigests = new HashMap<>();
  private final List<String> byTag = new ArrayList<>();
  private final List<String> byDigest = new ArrayList<>();
  private final List<String> bad = new ArrayList<>();
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong good = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unknown = new AtomicLong();
  private final AtomicLong unanswered = new AtomicLong();
  private final AtomicInteger rotations = new AtomicInteger();
  private final AtomicReference<String> wrong = new AtomicReference<>("");
  private final List<Sample> samples = new ArrayList<>();
  private volatile @Nullable SSLContext tls;
  private volatile boolean isOver;

  Soak(Path folder, long requests, int rotations) {
    this.folder = folder;
    this.wantedRequests = requests;
    this.wantedRotations = rotations;
  }

  /// What the service takes of the machine.
  record Sample(long kilobytes, long threads) {
    private static Sample largest(List<Sample> samples) {
      return new Sample(
          samples.stream().mapToLong(Sample::kilobytes).max().orElse(0),
          samples.stream().mapToLong(Sample::threads).max().orElse(0));
    }
  }

  /// What came of it.
  ///
  /// @param wrong the first answer that was neither right nor honest
  /// @param good images said to be signed
  /// @param refused images said to be not
  /// @param unknown images of which nothing could be said
  /// @param unanswered requests that got no answer, since certificates changed
  /// @param middle the most in the second quarter
  /// @param last the most in the last quarter
  record Result(
      String wrong,
      long requests,
      int rotations,
      long good,
      long refused,
      long unknown,
      long unanswered,
      long registryRequests,
      Map<FaultProxy.Kind, Long> faults,
      Sample middle,
      Sample last,
      Duration time) {}

  Result run() throws Exception {
    var start = System.nanoTime();
    try (var registry = InProcessRegistry.start();
        var proxy = FaultProxy.start(registry.uri(), 1)) {
      fill(registry, proxy.hostAndPort());
      var epoch = Epoch.first(rotating[0], servers);
      var secret =
          MountedSecret.at(folder.resolve("secret"), epoch.files(steady, proxy.hostAndPort()));
      proxy.setPassword(Epoch.USER, epoch.password());
      tls = epoch.webhook(servers);
      try (var service = start(secret)) {
        proxy.setFaults(FAULTS_PER_MILLE);
        var callers = callers(service);
        rotateAndWatch(service, secret, proxy, epoch);
        isOver = true;
        for (var caller : callers) {
          caller.join();
        }
      } finally {
        isOver = true;
      }
      return result(proxy, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private Result result(FaultProxy proxy, Duration time) {
    int quarter = samples.size() / 4;
    return new Result(
        wrong.get(),
        requests.get(),
        rotations.get(),
        good.get(),
        refused.get(),
        unknown.get(),
        unanswered.get(),
        proxy.requests(),
        proxy.happened(),
        Sample.largest(samples.subList(quarter, 2 * quarter)),
        Sample.largest(samples.subList(3 * quarter, samples.size())),
        time);
  }

  private void fill(InProcessRegistry registry, String name) throws Exception {
    var images = new Images(registry);
    for (int i = 0; i < IMAGES; i++) {
      var digest = images.signed("good/" + i, steady);
      byTag.add(name + "/good/" + i + ":v1");
      byDigest.add(name + "/good/" + i + '@' + digest);
      goodDigests.put(byTag.getLast(), digest);
      goodDigests.put(byDigest.getLast(), digest);
    }
    for (int i = 0; i < 2; i++) {
      images.signed("rotating/" + i, rotating[i]);
      bad.add(name + "/rotating/" + i + ":v1");
    }
    images.unsigned("unsigned/0");
    bad.add(name + "/unsigned/0:v1");
    bad.add(name + "/good/0:absent");
    bad.add(name + "/absent/0:v1");
    bad.add("no reference");
    registry.forgetRequests();
  }

  private ServeProcess start(MountedSecret secret) throws Exception {
    return ServeProcess.start(
        ServeProcess.Launch.in(secret.folder())
            .withJvm("-Xmx64m")
            .withEnvironment(
                Map.of("DOCKER_CONFIG", secret.folder().toString(), "MALLOC_ARENA_MAX", "2")),
        "--tls-cert=tls.crt",
        "--tls-key=tls.key",
        "--client-ca=ca.crt",
        "--policy=policy.yaml",
        "--allow-http-registry");
  }

  private List<Thread> callers(ServeProcess service) {
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < CALLERS; i++) {
      var chance = new Random(i);
      callers.add(Thread.ofPlatform().daemon().start(() -> call(service, chance)));
    }
    return callers;
  }

  private void call(ServeProcess service, Random chance) {
    while (!isOver) {
      try (var client = WebhookClient.connect(known(tls), service.port())) {
        for (int i = chance.nextInt(MOST_PER_CONNECTION);
            i >= 0 && !isOver && !client.isEnded();
            i--) {
          var keys = keys(chance);
          judge(keys, client.ask("/v1/verify", keys));
          requests.incrementAndGet();
        }
      } catch (IOException e) {
        unanswered.incrementAndGet();
        if (!service.process().isAlive()) {
          blame("the service ended: " + e);
        }
      } catch (FormatException e) {
        blame("no JSON: " + e.problem());
      } catch (RuntimeException e) {
        blame(e.toString());
      }
    }
  }

  /// Most are of digests, as after `/v1/mutate`; those of tags are asked of the registry each time.
  private List<String> keys(Random chance) {
    var keys = new ArrayList<String>();
    for (int i = chance.nextInt(3); i >= 0; i--) {
      var images = chance.nextInt(10) == 0 ? byTag : byDigest;
      keys.add(images.get(chance.nextInt(images.size())));
    }
    if (chance.nextInt(10) == 0) {
      keys.add(bad.get(chance.nextInt(bad.size())));
    }
    return keys.stream().distinct().toList();
  }

  private void judge(List<String> keys, Answer answer) throws FormatException {
    for (var key : keys) {
      var item = answer.item(key);
      if (item.isEmpty()) {
        unknown.incrementAndGet();
        if (!answer.systemError().contains(key) && answer.status() == 200) {
          blame(key + ": no item, and the system error is " + answer.systemError());
        }
        continue;
      }
      var digest = goodDigests.get(key);
      var error = item.get().findString("error").orElse("");
      if (error.isEmpty()) {
        good.incrementAndGet();
        var said = item.get().getObject("value").findString("digest").orElse("");
        if (!said.equals(digest)) {
          blame(key + ": admitted as " + said + ", but it is " + digest);
        }
      } else {
        refused.incrementAndGet();
        if (digest != null && !LIMIT.matcher(error).find()) {
          blame(key + ": refused, but it is signed: " + error);
        }
      }
    }
  }

  private void blame(String what) {
    wrong.compareAndSet("", what);
    isOver = true;
  }

  /// Rotations go on as long as requests are wanted, each after the one before has come into force.
  private void rotateAndWatch(
      ServeProcess service, MountedSecret secret, FaultProxy proxy, Epoch first) throws Exception {
    var epoch = first;
    while (!isOver && (requests.get() < wantedRequests || rotations.get() < wantedRotations)) {
      var next = epoch.next(rotating[(epoch.number() + 1) % 2], servers);
      // Both authorities are believed now; after this, the old one is not.
      tls = next.webhook(servers);
      secret.replace(next.files(steady, proxy.hostAndPort()));
      proxy.setPassword(Epoch.USER, next.password());
      awaitForce(service, proxy.hostAndPort(), next);
      epoch = next;
      rotations.incrementAndGet();
      samples.add(new Sample(service.residentKilobytes(), service.threads()));
      if (samples.size() % ROTATIONS_PER_LINE == 0) {
        System.out.printf(
            "%d rotations, %d requests, %s%n", rotations.get(), requests.get(), samples.getLast());
      }
    }
  }

  /// Waits until the new policy, key, certificate and password count, and the old key does not.
  private void awaitForce(ServeProcess service, String registry, Epoch epoch) throws Exception {
    long end = System.nanoTime() + ROTATION_TIME.toNanos();
    int now = epoch.number() % 2;
    var isNew = "policy=epoch-" + epoch.number() + "|any/thing:v1";
    var signed = "policy=rotating|" + registry + "/rotating/" + now + ":v1";
    var other = "policy=rotating|" + registry + "/rotating/" + (1 - now) + ":v1";
    while (!isOver) {
      try (var client = WebhookClient.connect(known(tls), service.port())) {
        var answer = client.ask("/v1/verify", List.of(isNew, signed, other));
        var refusal = answer.item(other).flatMap(item -> error(item)).orElse("");
        if (isGood(answer, isNew)
            && isGood(answer, signed)
            && !refusal.isEmpty()
            && client.serial().equals(epoch.server().certificate().getSerialNumber())) {
          return;
        }
      } catch (IOException e) {
        unanswered.incrementAndGet();
      }
      if (System.nanoTime() - end > 0) {
        blame(
            "rotation "
                + epoch.number()
                + " did not come into force: "
                + Files.readString(service.log()).lines().skip(1).limit(5).toList());
      }
      Thread.sleep(20);
    }
  }

  private static java.util.Optional<String> error(dev.countersign.json.JsonObject item) {
    try {
      return item.findString("error");
    } catch (FormatException e) {
      return java.util.Optional.empty();
    }
  }

  private static boolean isGood(Answer answer, String key) throws FormatException {
    var item = answer.item(key);
    return item.isPresent() && item.get().find("value").isPresent();
  }

  private static SSLContext known(@Nullable SSLContext context) {
    if (context == null) {
      throw new IllegalStateException("not begun");
    }
    return context;
  }
}
