using System.Collections.Immutable;
using System.Buffers;

namespace Matchbox.Core.Secrets;

/// <summary>A secret without its value: what it is called, and the configs of which profiles or groups may hold it.</summary>
public sealed record Secret
{
    /// <summary>Characters of a name at most.</summary>
    public const int MaxName = 64;

    /// <summary>Octets of a value at most.</summary>
    public const int MaxValue = 32 * 1024;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public required string Name { get; init; }

    /// <summary>Ids of profiles whose machines may get it.</summary>
    public ImmutableArray<string> Profiles { get; init; } = [];

    /// <summary>Ids of groups whose machines may get it.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Another one after every change. Says nothing of the value.</summary>
    public string Revision { get; init; } = "";

    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who changed it last.</summary>
    public string By { get; init; } = "";

    /// <summary>May machines that this group selects for this profile get it.</summary>
    public bool Allows(string profile, string group) => Profiles.Contains(profile) || Groups.Contains(group);

    /// <summary>Letters, digits, hyphens, underscores and dots: what needs no escape in a template, a URL or a shell.</summary>
    public static bool IsName(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxName && !text.ContainsAnyExcept(NameCharacters) && text[0] != '.';
}

/// <summary>A secret with its value sealed: nothing of it can be read without the key that sealed it.</summary>
public sealed record SealedSecret(Secret Secret, ReadOnlyMemory<byte> Value);

/// <summary>Where secrets survive, sealed. A small interface with one contract suite that every implementation passes.</summary>
public interface ISecretStore
{
    /// <summary>Everything that is kept.</summary>
    IReadOnlyList<SealedSecret> Load();

    /// <summary>Adds or replaces; durable when it returns.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Save(SealedSecret secret);

    /// <summary>Forgets; durable when it returns. Nothing happens where there is none of that name.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    void Remove(string name);
}

/// <summary>Seals values for the store. What is sealed under one name opens under no other. Thread-safe.</summary>
public interface ISecretSealer
{
    byte[] Seal(string name, ReadOnlySpan<byte> value);

    /// <summary>The value, or null: another key sealed it, or somebody changed it.</summary>
    byte[]? Open(string name, ReadOnlySpan<byte> value);
}
