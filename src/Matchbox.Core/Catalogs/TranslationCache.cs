using System.Collections.Concurrent;

namespace Matchbox.Core.Catalogs;

/// <summary>
/// Translated configs by their text's digest, each made once however many ask at the same moment. Bounded, in two generations:
/// when the young one is full it becomes the old one and what was old goes, unless somebody asked for it since. Thread-safe.
/// </summary>
internal sealed class TranslationCache
{
    private const int MaxCount = 512;
    private const long MaxSize = 16 << 20;

    private volatile Generation _young = new();
    private volatile Generation _old = new();

    public RenderedConfig Get(TranslationKey key, Func<RenderedConfig> translate)
    {
        var young = _young;
        if (young.Configs.TryGetValue(key, out var known))
        {
            return known.Value;
        }
        var own = _old.Configs.GetValueOrDefault(key) ?? new Lazy<RenderedConfig>(translate);
        var entry = young.Configs.GetOrAdd(key, own);
        var config = entry.Value;
        // Those who waited for another's translation have added nothing.
        var size = Interlocked.Add(ref young.Size, ReferenceEquals(entry, own) ? config.Bytes?.Length ?? 0 : 0);
        if ((size > MaxSize || young.Configs.Count > MaxCount) && Interlocked.CompareExchange(ref _young, new Generation(), young) == young)
        {
            _old = young;
        }
        return config;
    }

    private sealed class Generation
    {
        public ConcurrentDictionary<TranslationKey, Lazy<RenderedConfig>> Configs { get; } = new();

        public long Size;
    }
}

/// <summary>A text that a file's template came to, by its SHA-256.</summary>
internal readonly struct TranslationKey(ConfigFile file, byte[] digest) : IEquatable<TranslationKey>
{
    private readonly ConfigFile _file = file;
    private readonly byte[] _digest = digest;

    public bool Equals(TranslationKey other) => ReferenceEquals(_file, other._file) && _digest.AsSpan().SequenceEqual(other._digest);

    public override bool Equals(object? obj) => obj is TranslationKey other && Equals(other);

    // Any part of a digest is as good as another.
    public override int GetHashCode() => BitConverter.ToInt32(_digest);
}
