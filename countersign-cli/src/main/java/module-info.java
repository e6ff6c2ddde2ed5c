import org.jspecify.annotations.NullMarked;

/// The command `countersign`.
@NullMarked
module dev.countersign.cli {
  requires static org.jspecify;
  // The Kubernetes client's classes are annotated with these.
  requires static com.fasterxml.jackson.annotation;
  requires static tools.jackson.databind;
  requires ch.qos.logback.classic;
  requires ch.qos.logback.core;
  requires dev.countersign;
  requires dev.countersign.provider;
  requires dev.countersign.testkit;
  requires io.fabric8.kubernetes.client.jdkhttp;
  requires java.net.http;
  requires kubernetes.client.api;
  requires kubernetes.model.core;
  requires org.apache.commons.cli;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires org.snakeyaml.engine;

  provides ch.qos.logback.classic.spi.Configurator with
      dev.countersign.cli.ProcessLog;

  uses dev.countersign.verify.ConditionLanguage;
  uses dev.countersign.verify.ExpressionLanguage;
}
