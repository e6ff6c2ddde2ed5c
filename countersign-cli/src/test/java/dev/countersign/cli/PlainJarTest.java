package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the build makes of classes before it ships them.
class PlainJarTest {
  private static final List<Class<?>> CLASSES =
      List.of(Shape.class, Shape.Circle.class, Shape.Square.class, Shape.Nothing.class);

  @TempDir Path folder;
  private Path plain;

  /// Something of which there are several kinds.
  sealed interface Shape {
    record Circle(String name, int radius) implements Shape {}

    record Square(Object name, long side, boolean filled, char letter, double weight)
        implements Shape {}

    record Nothing() implements Shape {}

    static String kind(Shape shape) {
      return switch (shape) {
        case Circle(String name, int radius) when radius > 9 -> "large circle " + name;
        case Circle circle -> "circle " + circle.radius();
        case Square square -> "square";
        case Nothing nothing -> "nothing";
      };
    }
  }

  @BeforeEach
  void rewrite() throws Exception {
    var from = folder.resolve("from.jar");
    plain = folder.resolve("plain.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(from))) {
      for (var one : CLASSES) {
        jar.putNextEntry(new ZipEntry(file(one)));
        jar.write(bytes(one));
      }
      jar.putNextEntry(new ZipEntry("other.txt"));
      jar.write("kept".getBytes(StandardCharsets.UTF_8));
    }
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(java, "src/build/PlainJar.java", from.toString(), plain.toString())
            .inheritIO()
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  @Test
  void leavesNothingThatTheJvmMakesAtRunTime() throws IOException {
    try (var jar = new JarFile(plain.toFile())) {
      for (var one : CLASSES) {
        var after = jar.getInputStream(jar.getEntry(file(one))).readAllBytes();
        assertNotEquals(0, countMade(bytes(one)), one::getName);
        assertEquals(0, countMade(after), one::getName);
      }
      var other = jar.getInputStream(jar.getEntry("other.txt")).readAllBytes();
      assertEquals("kept", new String(other, StandardCharsets.UTF_8));
    }
  }

  /// The instructions whose code the JVM makes by those two factories.
  private static long countMade(byte[] classFile) {
    return ClassFile.of().parse(classFile).methods().stream()
        .flatMap(method -> method.code().stream())
        .flatMap(code -> code.elementStream())
        .filter(InvokeDynamicInstruction.class::isInstance)
        .map(call -> ((InvokeDynamicInstruction) call).bootstrapMethod().owner().displayName())
        .filter(Set.of("SwitchBootstraps", "ObjectMethods")::contains)
        .count();
  }

  @Test
  void switchesAsBefore() throws Exception {
    try (var classes = new Classes(plain)) {
      for (var shape :
          List.of(
              new Shape.Circle("a", 10),
              new Shape.Circle("a", 1),
              new Shape.Square("s", 1, true, 'x', 0.5),
              new Shape.Nothing())) {
        assertEquals(Shape.kind(shape), classes.kind(classes.copy(shape)));
      }
    }
  }

  @Test
  void recordsAreEqualAndPrintedAsBefore() throws Exception {
    try (var classes = new Classes(plain)) {
      for (var shape :
          List.of(
              new Shape.Circle("a", 10),
              new Shape.Circle("", -1),
              new Shape.Square("s", 1L << 40, true, 'x', -0.0),
              new Shape.Nothing())) {
        var copy = classes.copy(shape);

        assertEquals(shape.toString(), copy.toString());
        assertEquals(shape.hashCode(), copy.hashCode());
        assertEquals(copy, classes.copy(shape));
        assertNotEquals(copy, shape);
      }
      var square = new Shape.Square("s", 1, true, 'x', -0.0);
      for (var other :
          List.of(
              new Shape.Square("t", 1, true, 'x', -0.0),
              new Shape.Square("s", 2, true, 'x', -0.0),
              new Shape.Square("s", 1, false, 'x', -0.0),
              new Shape.Square("s", 1, true, 'y', -0.0),
              new Shape.Square("s", 1, true, 'x', 0.0))) {
        assertNotEquals(classes.copy(square), classes.copy(other));
      }
    }
  }

  private static String file(Class<?> one) {
    return one.getName().replace('.', '/') + ".class";
  }

  private static byte[] bytes(Class<?> one) throws IOException {
    try (var in = one.getResourceAsStream('/' + file(one))) {
      return in.readAllBytes();
    }
  }

  /// The rewritten classes.
  private static final class Classes extends URLClassLoader {
    Classes(Path jar) throws IOException {
      super(new URL[] {jar.toUri().toURL()}, null);
    }

    /// The record with the same members.
    Object copy(Record original) throws ReflectiveOperationException {
      var components = original.getClass().getRecordComponents();
      var values = new Object[components.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = components[i].getAccessor().invoke(original);
      }
      Constructor<?> constructor =
          loadClass(original.getClass().getName()).getDeclaredConstructors()[0];
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    }

    Object kind(Object shape) throws ReflectiveOperationException {
      var type = loadClass(Shape.class.getName());
      Method kind = type.getDeclaredMethod("kind", type);
      kind.setAccessible(true);
      return kind.invoke(null, shape);
    }
  }
}
