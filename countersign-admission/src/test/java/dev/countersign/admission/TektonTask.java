package dev.countersign.admission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Task with what a TaskRun gives it, its variables replaced as Tekton does
/// ([variables](https://tekton.dev/docs/pipelines/variables/)).
record TektonTask(Manifest task, Map<String, String> given, Map<String, List<String>> lists) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\(([^()]+)\\)");

  /// One step: what its container is started with.
  record Step(String name, List<String> args, Map<String, String> environment) {}

  /// @param given values by variable, such as `params.IMAGE_URL`
  /// @param lists values of params that are arrays
  static TektonTask of(Manifest task, Map<String, String> given, Map<String, List<String>> lists) {
    var values = new LinkedHashMap<String, String>();
    var arrays = new LinkedHashMap<String, List<String>>();
    for (var param : task.list("spec", "params")) {
      var variable = "params." + param.text("name");
      if (param.text("type").equals("array")) {
        arrays.put(variable, texts(param.at("default").orElse(List.of())));
      } else {
        param.at("default").ifPresent(value -> values.put(variable, value.toString()));
      }
    }
    for (var workspace : task.list("spec", "workspaces")) {
      values.put("workspaces." + workspace.text("name") + ".path", "");
    }
    values.putAll(given);
    arrays.putAll(lists);
    return new TektonTask(task, values, arrays);
  }

  /// The steps, in the order in which they run.
  ///
  /// @param secrets what lies under the keys of the Secret
  List<Step> steps(Map<String, String> secrets) {
    return task.list("spec", "steps").stream()
        .map(step -> new Step(step.text("name"), args(step), environment(step, secrets)))
        .toList();
  }

  private List<String> args(Manifest step) {
    var args = new ArrayList<String>();
    for (var word : texts(step.at("args").orElseThrow())) {
      var list =
          lists.entrySet().stream()
              .filter(entry -> word.equals("$(" + entry.getKey() + "[*])"))
              .findFirst();
      if (list.isPresent()) {
        args.addAll(list.get().getValue());
      } else {
        args.add(filled(word));
      }
    }
    return args;
  }

  private Map<String, String> environment(Manifest step, Map<String, String> secrets) {
    var environment = new LinkedHashMap<String, String>();
    for (var variable : step.list("env")) {
      var secret =
          Optional.of(variable)
              .filter(one -> one.at("valueFrom").isPresent())
              .map(one -> secrets.get(one.text("valueFrom", "secretKeyRef", "key")));
      environment.put(
          variable.text("name"), secret.orElseGet(() -> filled(variable.text("value"))));
    }
    return environment;
  }

  private String filled(String word) {
    return VARIABLE
        .matcher(word)
        .replaceAll(found -> {
          var value = given.get(found.group(1));
          if (value == null) {
            throw new AssertionError(word + ": expected a value, got none");
          }
          return Matcher.quoteReplacement(value);
        });
  }

  private static List<String> texts(Object list) {
    return ((List<?>) list).stream().map(Object::toString).toList();
  }
}
