using Matchbox.Butane.Reports;

namespace Matchbox.Butane.Advice;

/// <summary>
/// Something worth saying beyond what the real tool says: how to mend a finding, or what boots badly although it is valid.
/// </summary>
/// <param name="Rule">The rule's name, by which it is switched off.</param>
/// <param name="Path">The place in the source.</param>
/// <param name="Text">What, and why.</param>
public sealed record Advice(string Rule, DocumentPath Path, string Text)
{
    /// <summary>From 1; 0: the whole document.</summary>
    public int Line { get; init; }

    /// <summary>From 1, in characters; 0: unknown.</summary>
    public int Column { get; init; }

    public override string ToString() => FormattableString.Invariant($"line {Line}: {Text} [{Rule}]");
}

/// <summary>The names of all rules.</summary>
public static class AdviceRules
{
    /// <summary>An Ignition config, which needs no translation.</summary>
    public const string AlreadyIgnition = "already-ignition";

    /// <summary>A text where a section belongs, such as <c>contents: hello</c>.</summary>
    public const string SectionAsText = "section-as-text";

    /// <summary>A value of another kind than its field is of.</summary>
    public const string KindOfValue = "kind-of-value";

    /// <summary>A key that nothing knows, and what may have been meant.</summary>
    public const string UnknownKey = "unknown-key";

    /// <summary>A file mode in decimal that was meant in octal.</summary>
    public const string DecimalMode = "decimal-mode";

    /// <summary>A variant or version that does not exist.</summary>
    public const string UnknownVersion = "unknown-version";

    /// <summary><c>hard: false</c>, which says nothing.</summary>
    public const string SymbolicByDefault = "symbolic-by-default";

    /// <summary>A user that nobody can log in as.</summary>
    public const string UserWithoutLogin = "user-without-login";

    /// <summary>A file that something else in the config writes as well.</summary>
    public const string TwoWriters = "two-writers";

    /// <summary>What looks like a secret: whoever can ask for the config can read it.</summary>
    public const string PlainSecret = "plain-secret";

    /// <summary>Something that only the other system has: Flatcar or Fedora CoreOS.</summary>
    public const string ForeignSystem = "foreign-system";

    /// <summary>An enabled unit that nothing starts.</summary>
    public const string UnitWithoutInstall = "unit-without-install";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        AlreadyIgnition, SectionAsText, KindOfValue, UnknownKey, DecimalMode, UnknownVersion, SymbolicByDefault, UserWithoutLogin, TwoWriters, PlainSecret,
        ForeignSystem, UnitWithoutInstall,
    ];
}
