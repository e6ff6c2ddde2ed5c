/// The command `countersign`: arguments in, exit code out.
///
/// Only [Main] touches the process's own streams and environment; everything else gets them as a
/// [World]. Each subcommand is a [Command], loaded only when it is called. Flags, exit codes and
/// texts follow cosign's command; `docs/differences-from-cosign.md` says where not.
package dev.countersign.cli;
