package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Stores what was made for images: those of several references side by side, those of one after
/// each other, so that no index is signed before what it lists.
///
/// @param rows what is stored side by side, each in its order
record Storing(List<List<Digested>> rows, World world) {
  Storing {
    rows = rows.stream().map(List::copyOf).toList();
  }

  /// How what was made for an image is stored.
  ///
  /// @param <M> what was made
  interface Step<M> {
    /// Stores it.
    ///
    /// @param world where it tells what it does
    void store(Digested image, M made, World world) throws Failure, FormatException, IOException;
  }

  /// Storing for the images of several references, each image once. Where two of them have one
  /// place, all are stored after each other: this command is not to overwrite what it wrote.
  ///
  /// @param place where what is made for an image is listed
  static Storing of(List<List<Digested>> found, Function<Digested, Tagged> place, World world) {
    var images = new LinkedHashSet<Digested>();
    found.forEach(images::addAll);
    var places = new HashSet<Tagged>();
    var isShared =
        found.stream().flatMap(List::stream).anyMatch(image -> !places.add(place.apply(image)));
    return new Storing(isShared ? List.of(List.copyOf(images)) : found, world);
  }

  /// All of them, in order.
  List<Digested> images() {
    return rows.stream().flatMap(List::stream).toList();
  }

  /// Stores what was `made` for each image, and tells of it in the order of the rows. A row ends
  /// with its first failure. Of several rows all are begun, every failure is told, and the exit
  /// code is that of the first.
  ///
  /// @throws Failure if there is one row, and it fails
  <M> int each(Map<Digested, M> made, Step<M> step) throws Failure, FormatException, IOException {
    Act act = (image, aside) -> step.store(image, requireNonNull(made.get(image)), aside);
    if (rows.size() > 1) {
      return sideBySide(act);
    }
    for (var image : images()) {
      act.on(image, world);
    }
    return ExitCode.DONE;
  }

  /// A step with what it stores.
  private interface Act {
    void on(Digested image, World world) throws Failure, FormatException, IOException;
  }

  private int sideBySide(Act act) throws Failure, FormatException, IOException {
    int exitCode = ExitCode.DONE;
    int done = 0;
    try (var running = SideBySide.start(rows, row -> store(row, act))) {
      for (int i = 0; i < rows.size(); i++) {
        var row = running.take(i);
        world.stderr().print(row.told());
        done += row.done();
        if (row.failure().isPresent()) {
          CommandLine.print(row.failure().get(), world);
          exitCode = exitCode == ExitCode.DONE ? row.failure().get().exitCode() : exitCode;
        }
      }
    }
    if (exitCode != ExitCode.DONE) {
      world
          .stderr()
          .println(
              "hint: %d of %d images are done; run the command again for the others"
                  .formatted(done, images().size()));
    }
    return exitCode;
  }

  /// What became of a row.
  ///
  /// @param told what it said meanwhile
  /// @param done how many of its images are stored
  private record Row(String told, int done, Optional<Failure> failure) {}

  private Row store(List<Digested> row, Act act) {
    var told = new ByteArrayOutputStream();
    int done = 0;
    try (var stderr = new PrintStream(told, false, UTF_8)) {
      var aside = world.withStderr(stderr);
      for (var image : row) {
        var failure = store(image, act, aside);
        if (failure.isPresent()) {
          stderr.flush();
          return new Row(told.toString(UTF_8), done, failure);
        }
        done++;
      }
    }
    return new Row(told.toString(UTF_8), done, Optional.empty());
  }

  private static Optional<Failure> store(Digested image, Act act, World aside) {
    try {
      act.on(image, aside);
      return Optional.empty();
    } catch (Failure e) {
      return Optional.of(e);
    } catch (FormatException e) {
      return Optional.of(new Failure(image + ": " + e.problem()));
    } catch (IOException e) {
      return Optional.of(new Failure(image + ": " + FileFault.describe(e)));
    }
  }
}
