import CommandLineTool

/// All subcommands, in the order in which the help lists them.
let commands: [Command] = [
    .generate,
    .show,
    .sign,
    .verify,
    .compact,
    .convert,
    .status,
    .list,
    .query,
    .upload,
    .check,
    .explain,
    .predict,
    .replay,
]
