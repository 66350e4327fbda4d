/// The version of this package, which all of its programs print.
public let diglimVersion: StaticString = "0.1.0"
