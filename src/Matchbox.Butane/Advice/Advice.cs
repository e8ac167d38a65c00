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
    public const string AlreadyIgnition = "already-ignition";
    public const string SectionAsText = "section-as-text";
    public const string KindOfValue = "kind-of-value";
    public const string UnknownKey = "unknown-key";
    public const string DecimalMode = "decimal-mode";
    public const string UnknownVersion = "unknown-version";
    public const string SymbolicByDefault = "symbolic-by-default";
    public const string UserWithoutLogin = "user-without-login";
    public const string TwoWriters = "two-writers";
    public const string PlainSecret = "plain-secret";
    public const string ForeignSystem = "foreign-system";
    public const string UnitWithoutInstall = "unit-without-install";

    public static IReadOnlyList<string> All { get; } =
    [
        AlreadyIgnition, SectionAsText, KindOfValue, UnknownKey, DecimalMode, UnknownVersion, SymbolicByDefault, UserWithoutLogin, TwoWriters, PlainSecret,
        ForeignSystem, UnitWithoutInstall,
    ];
}
