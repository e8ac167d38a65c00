using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Matchbox.Core.Events;
using Matchbox.Core.Health;

namespace Matchbox.Core.Secrets;

/// <summary>
/// The secrets that configs may hold. In memory they are as sealed as in the store: a value is opened for the one config that
/// is being made. Changes are durable when they return. Thread-safe.
/// </summary>
public sealed class SecretVault : IHealthCheck
{
    private readonly ISecretStore _store;
    private readonly ISecretSealer _sealer;
    private readonly IEventSink _events;
    private readonly TimeProvider _clock;
    private readonly Lock _writing = new();
    private volatile ImmutableSortedDictionary<string, SealedSecret> _secrets;
    private readonly ImmutableHashSet<string> _unreadable;

    public SecretVault(ISecretStore store, ISecretSealer sealer, IEventSink events, TimeProvider clock)
    {
        (_store, _sealer, _events, _clock) = (store, sealer, events, clock);
        _secrets = store.Load().ToImmutableSortedDictionary(secret => secret.Secret.Name, secret => secret, StringComparer.Ordinal);
        _unreadable = [.. _secrets.Values.Where(secret => !CanOpen(secret)).Select(secret => secret.Secret.Revision)];
    }

    /// <summary>All secrets by name, without their values.</summary>
    public IEnumerable<Secret> All => _secrets.Values.Select(secret => secret.Secret);

    /// <summary>The secret of that name without its value; null: there is none.</summary>
    public Secret? Find(string name) => _secrets.GetValueOrDefault(name)?.Secret;

    /// <summary>Keeps a value under a name, in place of an older one.</summary>
    /// <param name="secret">Its name, and who may use it; at least one profile or group.</param>
    /// <param name="value">The value; the caller clears it.</param>
    /// <param name="by">Who asks, for the timeline.</param>
    /// <param name="ifRevision">The revision that has to be there; empty: none may be there; null: whatever is.</param>
    /// <returns>The secret as it is now; null: another revision is there.</returns>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    public Secret? Set(Secret secret, ReadOnlySpan<byte> value, string by, string? ifRevision = null)
    {
        var now = _clock.GetUtcNow();
        var changed = secret with { Revision = Guid.CreateVersion7(now).ToString("N"), ChangedAt = now, By = by };
        var entry = new SealedSecret(changed, _sealer.Seal(secret.Name, value));
        lock (_writing)
        {
            if (ifRevision is not null && ifRevision != (Find(secret.Name)?.Revision ?? ""))
            {
                return null;
            }
            _store.Save(entry);
            _secrets = _secrets.SetItem(secret.Name, entry);
        }
        Tell(EventKind.SecretSet, $"secret {secret.Name} was set by {by}", secret.Name);
        return changed;
    }

    /// <summary>Forgets a secret; false: there was none, or not this revision.</summary>
    /// <exception cref="IOException">The medium refused; nothing was changed.</exception>
    public bool Remove(string name, string by, string? ifRevision = null)
    {
        lock (_writing)
        {
            if (Find(name) is not { } present || (ifRevision is not null && ifRevision != present.Revision))
            {
                return false;
            }
            _store.Remove(name);
            _secrets = _secrets.Remove(name);
        }
        Tell(EventKind.SecretRemoved, $"secret {name} was removed by {by}", name);
        return true;
    }

    /// <summary>The value for machines that the group selects for the profile.</summary>
    /// <param name="name">Its name; also what is no name.</param>
    /// <param name="profile">Id of the profile.</param>
    /// <param name="group">Id of the group.</param>
    /// <param name="value">The value; whoever asked clears it.</param>
    /// <returns>Why there is none, in words that repeat nothing of <paramref name="name"/>, which may be computed; null: there is.</returns>
    public string? Open(string name, string profile, string group, out byte[] value)
    {
        value = [];
        if (_secrets.GetValueOrDefault(name) is not { } found)
        {
            return "there is no secret of that name: matchbox secrets list";
        }
        if (!found.Secret.Allows(profile, group))
        {
            return $"the secret names neither profile {profile} nor group {group}";
        }
        if (_sealer.Open(name, found.Value.Span) is not { } opened)
        {
            return "the secret cannot be opened with the present master key";
        }
        value = opened;
        return null;
    }

    /// <summary>Names what the secrets of these names are now, without a word of their values: part of what an arming pins.</summary>
    public string RevisionOf(IEnumerable<string> names)
    {
        var text = new StringBuilder();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            text.Append(name).Append('\n').Append(Find(name)?.Revision ?? "-").Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public IEnumerable<HealthFinding> Check()
    {
        var lost = _secrets.Values.Where(secret => _unreadable.Contains(secret.Secret.Revision)).Select(secret => secret.Secret.Name).ToArray();
        return lost.Length == 0
            ? []
            : [new HealthFinding("secrets", HealthState.Degraded,
                $"{lost.Length} of {_secrets.Count} secrets cannot be opened, {lost[0]} for one: the master key is not the one that sealed them; start with that one, or set them again")];
    }

    private bool CanOpen(SealedSecret secret)
    {
        var value = _sealer.Open(secret.Secret.Name, secret.Value.Span);
        CryptographicOperations.ZeroMemory(value);
        return value is not null;
    }

    private void Tell(EventKind kind, string text, string name) => _events.Publish(new ApplianceEvent
    {
        At = _clock.GetUtcNow(),
        Kind = kind,
        Known = true,
        Text = text,
        Data = ImmutableSortedDictionary<string, string>.Empty.Add("secret", name),
    });
}
