import org.jspecify.annotations.NullMarked;

/// Gatekeeper's external data provider over the Countersign library.
@NullMarked
module dev.countersign.provider {
  requires static org.jspecify;
  requires transitive dev.countersign;
  requires com.github.benmanes.caffeine;
  requires io.prometheus.metrics.core;
  requires io.prometheus.metrics.model;
  requires io.prometheus.writer.text;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.io;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires org.slf4j;
  requires org.snakeyaml.engine;

  exports dev.countersign.provider;

  uses dev.countersign.verify.ConditionLanguage;
  uses dev.countersign.verify.ExpressionLanguage;
}
