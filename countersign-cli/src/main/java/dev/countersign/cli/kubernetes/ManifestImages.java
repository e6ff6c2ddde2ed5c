package dev.countersign.cli.kubernetes;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The images that an object names.
///
/// Wherever it keeps what a [Pod's
/// spec](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec)
/// has: containers, init containers, ephemeral containers, image volumes. That is where Pods and
/// all that makes Pods keep them, and where custom resources that hold a Pod's template do.
///
/// @param uses in the order of the text
/// @param unseen members named `image` that custom resources have elsewhere; nobody but the
///   resource's own controller knows whether they name one
public record ManifestImages(List<ImageUse> uses, List<String> unseen) {
  private static final Map<String, String> LISTS =
      Map.of(
          "containers", "container",
          "initContainers", "init container",
          "ephemeralContainers", "ephemeral container");

  public ManifestImages {
    uses = List.copyOf(uses);
    unseen = List.copyOf(unseen);
  }

  /// Looks through a whole object.
  public static ManifestImages of(Manifest manifest) {
    var search = new Search(manifest, new ArrayList<>(), new ArrayList<>());
    search.object(manifest.object(), "");
    return new ManifestImages(search.uses, search.unseen);
  }

  private record Search(Manifest manifest, List<ImageUse> uses, List<String> unseen) {
    void object(JsonObject object, String path) {
      for (var member : object.members().entrySet()) {
        var name = member.getKey();
        var inner = path.isEmpty() ? name : path + '.' + name;
        switch (member.getValue()) {
          case JsonArray(var items) when LISTS.containsKey(name) -> containers(name, items, inner);
          case JsonArray(var items) -> {
            if (name.equals("volumes")) {
              items.forEach(this::volume);
            }
            items(items, inner);
          }
          case JsonObject next -> object(next, inner);
          case JsonString(var text) when name.equals("image") -> elsewhere(inner, text);
          case JsonValue _ -> {}
        }
      }
    }

    private void items(List<JsonValue> items, String path) {
      for (int i = 0; i < items.size(); i++) {
        switch (items.get(i)) {
          case JsonObject next -> object(next, path + '[' + i + ']');
          case JsonArray(var inner) -> items(inner, path + '[' + i + ']');
          case JsonValue _ -> {}
        }
      }
    }

    private void containers(String list, List<JsonValue> items, String path) {
      for (int i = 0; i < items.size(); i++) {
        if (items.get(i) instanceof JsonObject container) {
          var image = Members.text(container, "image");
          if (image.isPresent() || isKubernetesOwn()) {
            use(LISTS.getOrDefault(list, list), container, i, image);
          }
          object(without(container, "image"), path + '[' + i + ']');
        }
      }
    }

    private void volume(JsonValue value) {
      if (value instanceof JsonObject volume) {
        Members.object(volume, "image")
            .flatMap(image -> Members.text(image, "reference"))
            .ifPresent(reference -> use("volume", volume, 0, Optional.of(reference)));
      }
    }

    private void use(String word, JsonObject thing, int index, Optional<String> image) {
      var name = Members.text(thing, "name").orElse(Integer.toString(index));
      uses.add(new ImageUse(manifest, word + ' ' + name, image.orElse("")));
    }

    private void elsewhere(String path, String text) {
      if (!isKubernetesOwn() && !text.isBlank()) {
        unseen.add(manifest + " (" + manifest.source() + ") names an image at " + path);
      }
    }

    /// Others may give a container in part, to be merged into one of their own.
    private boolean isKubernetesOwn() {
      return !manifest.group().contains(".") || manifest.group().endsWith(".k8s.io");
    }

    private static JsonObject without(JsonObject object, String name) {
      var members = new LinkedHashMap<>(object.members());
      members.remove(name);
      return new JsonObject(members);
    }
  }
}
