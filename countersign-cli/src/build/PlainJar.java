import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.IOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Copies a jar and makes plain code of what `javac` leaves to the running JVM in the classes below
/// `dev/countersign`: switches over types, and `equals`, `hashCode` and `toString` of records.
///
/// The JVM would make classes for them when they first run, each time anew, since no cache of
/// classes holds these (docs/decisions/0030-start-up.md). Methods without them stay as they are.
///
/// Run as a source file by the build: `java PlainJar.java FROM TO`.
final class PlainJar {
  private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");
  private static final ClassDesc BUILDER = ClassDesc.of("java.lang.StringBuilder");
  private static final int PRIVATE =
      ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;

  private final ClassFile classFile;

  private PlainJar(ClassLoader classes) {
    var resolver =
        ClassHierarchyResolver.ofResourceParsing(classes)
            .orElse(ClassHierarchyResolver.defaultResolver())
            .cached();
    classFile = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
  }

  public static void main(String[] arguments) throws IOException {
    var from = Path.of(arguments[0]);
    try (var classes = new URLClassLoader(new URL[] {from.toUri().toURL()});
        var in = new ZipFile(from.toFile());
        var out = new ZipOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
      var plain = new PlainJar(classes);
      for (var entry : Collections.list(in.entries())) {
        var name = entry.getName();
        var bytes = in.getInputStream(entry).readAllBytes();
        var copy = new ZipEntry(name);
        copy.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(copy);
        out.write(
            name.startsWith("dev/countersign/") && name.endsWith(".class")
                ? plain.rewrite(name, bytes)
                : bytes);
      }
    }
  }

  private byte[] rewrite(String name, byte[] bytes) {
    var model = classFile.parse(bytes);
    if (model.methods().stream().noneMatch(PlainJar::isDynamic)) {
      return bytes;
    }
    var made = new LinkedHashMap<String, Consumer<ClassBuilder>>();
    CodeTransform calls =
        (code, element) -> {
          if (element instanceof InvokeDynamicInstruction call && isDynamic(call)) {
            var helper = call.name().stringValue() + '$' + made.size();
            made.put(helper, builder -> method(builder, helper, call, model));
            var self = model.thisClass().asSymbol();
            var isInterface = model.flags().has(AccessFlag.INTERFACE);
            code.invokestatic(self, helper, call.typeSymbol(), isInterface);
          } else {
            code.with(element);
          }
        };
    var rewritten =
        classFile.transformClass(
            model,
            ClassTransform.transformingMethodBodies(PlainJar::isDynamic, calls)
                .andThen(
                    ClassTransform.endHandler(
                        builder -> made.values().forEach(one -> one.accept(builder)))));
    var problems = classFile.verify(rewritten);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(name + ": " + problems);
    }
    return rewritten;
  }

  private static boolean isDynamic(MethodModel method) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .anyMatch(one -> one instanceof InvokeDynamicInstruction call && isDynamic(call));
  }

  private static boolean isDynamic(InvokeDynamicInstruction call) {
    return switch (call.bootstrapMethod().owner().displayName()) {
      case "ObjectMethods" -> true;
      case "SwitchBootstraps" ->
          call.bootstrapMethod().methodName().equals("typeSwitch")
              && call.bootstrapArgs().stream().allMatch(ClassDesc.class::isInstance);
      default -> false;
    };
  }

  private static void method(
      ClassBuilder builder, String name, InvokeDynamicInstruction call, ClassModel model) {
    Consumer<CodeBuilder> body =
        switch (call.name().stringValue()) {
          case "typeSwitch" -> code -> typeSwitch(code, call.bootstrapArgs());
          case "hashCode" -> code -> hashCode(code, Members.of(call));
          case "equals" -> code -> equals(code, Members.of(call));
          case "toString" -> code -> toString(code, Members.of(call), simpleName(model));
          default -> throw new IllegalStateException(name);
        };
    builder.withMethodBody(name, call.typeSymbol(), PRIVATE, body);
  }

  /// The first of the classes, from a number on, that the object is of; -1 for null.
  private static void typeSwitch(CodeBuilder code, List<ConstantDesc> classes) {
    var some = code.newLabel();
    code.aload(0).ifnonnull(some).iconst_m1().ireturn().labelBinding(some);
    for (int i = 0; i < classes.size(); i++) {
      var next = code.newLabel();
      code.iload(1).loadConstant(i).if_icmpgt(next);
      code.aload(0).instanceOf((ClassDesc) classes.get(i)).ifeq(next);
      code.loadConstant(i).ireturn().labelBinding(next);
    }
    code.loadConstant(classes.size()).ireturn();
  }

  /// As `java.lang.runtime.ObjectMethods` has it.
  private static void hashCode(CodeBuilder code, Members members) {
    code.iconst_0();
    for (var field : members.fields()) {
      var type = field.invocationType().returnType();
      code.bipush(31).imul();
      members.load(code, 0, field);
      if (type.isPrimitive()) {
        code.invokestatic(boxOf(type), "hashCode", MethodTypeDesc.of(CD_int, type));
      } else {
        code.invokestatic(OBJECTS, "hashCode", MethodTypeDesc.of(CD_int, CD_Object));
      }
      code.iadd();
    }
    code.ireturn();
  }

  private static void equals(CodeBuilder code, Members members) {
    var different = code.newLabel();
    code.aload(1).instanceOf(members.owner()).ifeq(different);
    for (var field : members.fields()) {
      var type = field.invocationType().returnType();
      members.load(code, 0, field);
      members.load(code, 1, field);
      if (type.isPrimitive()) {
        code.invokestatic(boxOf(type), "compare", MethodTypeDesc.of(CD_int, type, type));
        code.ifne(different);
      } else {
        var test = MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object);
        code.invokestatic(OBJECTS, "equals", test).ifeq(different);
      }
    }
    code.iconst_1().ireturn().labelBinding(different).iconst_0().ireturn();
  }

  private static void toString(CodeBuilder code, Members members, String simpleName) {
    code.new_(BUILDER).dup().invokespecial(BUILDER, "<init>", MTD_void);
    var before = simpleName + '[';
    for (int i = 0; i < members.fields().size(); i++) {
      append(code.loadConstant(before + members.names().get(i) + '='), CD_String);
      var field = members.fields().get(i);
      members.load(code, 0, field);
      var type = field.invocationType().returnType();
      append(code, type.isPrimitive() ? type : CD_Object);
      before = ", ";
    }
    append(code.loadConstant(members.fields().isEmpty() ? before + ']' : "]"), CD_String);
    code.invokevirtual(BUILDER, "toString", MethodTypeDesc.of(CD_String)).areturn();
  }

  private static void append(CodeBuilder code, ClassDesc type) {
    code.invokevirtual(BUILDER, "append", MethodTypeDesc.of(BUILDER, type));
  }

  private static ClassDesc boxOf(ClassDesc primitive) {
    return ClassDesc.of(
        switch (primitive.displayName()) {
          case "boolean" -> "java.lang.Boolean";
          case "char" -> "java.lang.Character";
          case "double" -> "java.lang.Double";
          case "int" -> "java.lang.Integer";
          case "long" -> "java.lang.Long";
          default -> throw new IllegalStateException("no record of ours has a " + primitive);
        });
  }

  private static String simpleName(ClassModel model) {
    var self = model.thisClass().asInternalName();
    return model.findAttribute(Attributes.innerClasses()).stream()
        .flatMap(inner -> inner.classes().stream())
        .filter(inner -> inner.innerClass().asInternalName().equals(self))
        .map(inner -> inner.innerName().orElseThrow().stringValue())
        .findFirst()
        .orElse(self.substring(self.lastIndexOf('/') + 1));
  }

  /// The members of a record, in order.
  private record Members(ClassDesc owner, List<String> names, List<DirectMethodHandleDesc> fields) {
    static Members of(InvokeDynamicInstruction call) {
      var all = call.bootstrapArgs();
      return new Members(
          (ClassDesc) all.get(0),
          List.of(((String) all.get(1)).split(";")),
          all.subList(2, all.size()).stream().map(DirectMethodHandleDesc.class::cast).toList());
    }

    /// Pushes a field of the record in a slot.
    void load(CodeBuilder code, int slot, DirectMethodHandleDesc field) {
      code.aload(slot);
      if (slot > 0) {
        code.checkcast(owner);
      }
      code.getfield(owner, field.methodName(), field.invocationType().returnType());
    }
  }
}
