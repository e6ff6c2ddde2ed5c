/// Where credentials, certificates, proxies and keys are read: files, variables, docker's
/// configuration and its credential helpers.
///
/// The environment is passed in as a map. All files are limited before they are read, and no
/// message repeats what is in them.
package dev.countersign.access;
