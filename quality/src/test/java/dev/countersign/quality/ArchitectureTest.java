package dev.countersign.quality;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The drawing in `docs/architecture.md`, as tests.
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.countersign");

  /// Pure packages: values in, values out.
  private static final String[] CORE = {
    "dev.countersign.format..",
    "dev.countersign.json..",
    "dev.countersign.der..",
    "dev.countersign.oci..",
    "dev.countersign.key..",
    "dev.countersign.certificate..",
    "dev.countersign.trust..",
    "dev.countersign.tuf..",
    "dev.countersign.signature..",
    "dev.countersign.transparency..",
    "dev.countersign.verify..",
    "dev.countersign.policy..",
    "dev.countersign.sign.."
  };

  /// Where files, processes and the environment are met, besides the two programs.
  private static final String[] EDGES = {
    "dev.countersign.registry..",
    "dev.countersign.access..",
    "dev.countersign.cli..",
    "dev.countersign.provider..",
    "dev.countersign.testkit.."
  };

  @Test
  void packagesHaveNoCycles() {
    slices().matching("dev.countersign.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void eachLayerKnowsOnlyThoseBelowIt() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.countersign..")
        .layer("format")
        .definedBy("dev.countersign.format")
        .layer("json")
        .definedBy("dev.countersign.json")
        .layer("der")
        .definedBy("dev.countersign.der")
        .layer("oci")
        .definedBy("dev.countersign.oci")
        .layer("key")
        .definedBy("dev.countersign.key")
        .layer("certificate")
        .definedBy("dev.countersign.certificate")
        .layer("trust")
        .definedBy("dev.countersign.trust")
        .layer("tuf")
        .definedBy("dev.countersign.tuf")
        .layer("sigstore")
        .definedBy("dev.countersign.sigstore")
        .layer("signature")
        .definedBy("dev.countersign.signature")
        .layer("transparency")
        .definedBy("dev.countersign.transparency")
        .layer("verify")
        .definedBy("dev.countersign.verify")
        .layer("policy")
        .definedBy("dev.countersign.policy")
        .layer("sign")
        .definedBy("dev.countersign.sign")
        .layer("registry")
        .definedBy("dev.countersign.registry")
        .layer("access")
        .definedBy("dev.countersign.access")
        .layer("attachment")
        .definedBy("dev.countersign.attachment")
        .layer("front door")
        .definedBy("dev.countersign")
        .layer("cel")
        .definedBy("dev.countersign.cel..")
        .layer("testkit")
        .definedBy("dev.countersign.testkit..")
        .layer("provider")
        .definedBy("dev.countersign.provider..")
        .layer("cli")
        .definedBy("dev.countersign.cli..")
        .whereLayer("json")
        .mayOnlyAccessLayers("format")
        .whereLayer("format")
        .mayNotAccessAnyLayer()
        .whereLayer("oci")
        .mayOnlyAccessLayers("format", "json")
        .whereLayer("der")
        .mayOnlyAccessLayers("format")
        .whereLayer("key")
        .mayOnlyAccessLayers("format", "json", "der")
        .whereLayer("certificate")
        .mayOnlyAccessLayers("format", "der", "key")
        .whereLayer("trust")
        .mayOnlyAccessLayers("format", "json", "key", "certificate")
        .whereLayer("tuf")
        .mayOnlyAccessLayers("format", "json", "key")
        .whereLayer("sigstore")
        .mayOnlyAccessLayers(
            "format", "json", "der", "key", "certificate", "registry", "signature", "transparency")
        .whereLayer("transparency")
        .mayOnlyAccessLayers("format", "json", "key", "trust")
        .whereLayer("signature")
        .mayOnlyAccessLayers("format", "json", "oci", "key", "transparency")
        .whereLayer("verify")
        .mayOnlyAccessLayers(
            "format", "oci", "key", "certificate", "trust", "signature", "transparency")
        .whereLayer("policy")
        .mayOnlyAccessLayers("format", "oci", "trust", "signature", "verify")
        .whereLayer("sign")
        .mayOnlyAccessLayers("format", "oci", "key", "signature")
        .whereLayer("registry")
        .mayOnlyAccessLayers("format", "json", "oci")
        .whereLayer("access")
        .mayOnlyAccessLayers("format", "json", "oci", "registry")
        .whereLayer("attachment")
        .mayOnlyAccessLayers("format", "json", "oci", "key", "signature", "registry")
        .whereLayer("front door")
        .mayOnlyBeAccessedByLayers("provider", "cli")
        .whereLayer("cel")
        .mayOnlyAccessLayers("format", "json", "signature", "verify")
        .whereLayer("cel")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("testkit")
        .mayNotAccessAnyLayer()
        .whereLayer("provider")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(OURS);
  }

  @Test
  void onlyTheEdgesTouchTheWorld() {
    noClasses()
        .that()
        .resideOutsideOfPackages(EDGES)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.file..", "javax.net..", "java.util.logging..")
        .orShould()
        .accessTargetWhere(isOf(System.class).and(not(arrayCopy())))
        .orShould()
        .accessTargetWhere(isOf(Runtime.class).or(isOf(ProcessBuilder.class)))
        .check(OURS);
  }

  @Test
  void theCoreHasNoClockNoThreadAndNoRandomnessOfItsOwn() {
    noClasses()
        .that()
        .resideInAnyPackage(CORE)
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callConstructor(SecureRandom.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.concurrent..")
        .check(OURS);
  }

  @Test
  void publicMethodsTakeNoBoolean() {
    noMethods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .areNotRecords()
        .should()
        .haveRawParameterTypes(
            DescribedPredicate.describe(
                "a boolean",
                types -> types.stream().anyMatch(t -> t.isEquivalentTo(boolean.class))))
        .check(OURS);
  }

  @Test
  void recordsHoldNoArrays() {
    classes()
        .that()
        .areRecords()
        .should(
            holding(
                "no array component",
                c ->
                    c.getFields().stream()
                        .noneMatch(f -> f.getRawType().isArray() && !isStatic(f.getModifiers()))))
        .check(OURS);
  }

  @Test
  void namesAreTheFieldsOwnWords() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helper|Manager|Impl|Common|Factory)")
        .orShould()
        .haveSimpleNameStartingWith("Abstract")
        .check(OURS);
  }

  @Test
  void publicMethodsDeclareTwoKindsOfFailure() {
    var allowed =
        Set.of(
            FormatException.class.getName(),
            IOException.class.getName(),
            InterruptedException.class.getName());
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackages("dev.countersign.cli..", "dev.countersign.testkit..")
        .should(
            new ArchCondition<JavaMethod>("declare FormatException and IOException at most") {
              @Override
              public void check(JavaMethod method, ConditionEvents events) {
                for (var declared : method.getThrowsClause()) {
                  if (!allowed.contains(declared.getRawType().getName())
                      && !declared.getRawType().isAssignableTo(IOException.class)) {
                    events.add(
                        SimpleConditionEvent.violated(method, method + " throws " + declared));
                  }
                }
              }
            })
        .check(OURS);
  }

  @Test
  void theServiceDoesNotKnowTheCommandAndOnlyTheDemoKnowsTheTestkit() {
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Demo[A-Za-z]*(\\$.*)?")
        .and()
        .resideOutsideOfPackage("dev.countersign.testkit..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.countersign.testkit..")
        .check(OURS);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.Demo[A-Za-z]*(\\$.*)?")
        .and()
        .haveNameNotMatching(".*\\.(Serve|PolicyCheck|Explain|PolicyAnswers)(\\$.*)?")
        .and()
        .resideInAPackage("dev.countersign.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.countersign.provider..")
        .check(OURS);
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    var silent = new TreeSet<String>();
    for (var source : mainSources()) {
      var info = source.resolveSibling("package-info.java");
      if (!source.endsWith("module-info.java")
          && !(Files.exists(info) && Files.readString(info).startsWith("/// "))) {
        silent.add(String.valueOf(source.getParent()));
      }
    }
    assertEquals(Set.of(), silent);
  }

  @Test
  void filesStayShort() throws IOException {
    var long_ = new TreeSet<String>();
    for (var source : mainSources()) {
      if (Files.readAllLines(source).size() > 400) {
        long_.add(source.toString());
      }
    }
    assertEquals(Set.of(), long_);
  }

  private static ArchCondition<JavaClass> holding(
      String what, java.util.function.Predicate<JavaClass> holds) {
    return new ArchCondition<>("have " + what) {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!holds.test(item)) {
          events.add(SimpleConditionEvent.violated(item, item.getName() + " has not " + what));
        }
      }
    };
  }

  private static DescribedPredicate<JavaAccess<?>> isOf(Class<?> owner) {
    return DescribedPredicate.describe(
        "of " + owner.getSimpleName(), access -> access.getTargetOwner().isEquivalentTo(owner));
  }

  private static DescribedPredicate<JavaAccess<?>> arrayCopy() {
    return DescribedPredicate.describe("arraycopy", access -> access.getName().equals("arraycopy"));
  }

  private static boolean isStatic(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.STATIC);
  }

  private static List<Path> mainSources() throws IOException {
    try (var files = Files.walk(Path.of(".."))) {
      return files
          .filter(file ->
              file.toString().contains("/src/main/java/") && file.toString().endsWith(".java"))
          .toList();
    }
  }
}
