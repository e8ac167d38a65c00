using LiteDB;
using Matchbox.Core.Events;

namespace Matchbox.Storage.LiteDb;

/// <summary>
/// Events in LiteDB: the last <see cref="PerMachine"/> of each known machine, <see cref="InAll"/> together, and apart from
/// them <see cref="OfStrangers"/> of all unknown machines together, so that those push out only each other.
/// </summary>
public sealed class LiteDbEventStore : IEventStore
{
    public const int PerMachine = 500;
    public const int InAll = 50_000;
    public const int OfStrangers = 5_000;

    private const string Known = "events";
    private const string Strangers = "stranger_events";

    private readonly ApplianceDatabase _database;
    private readonly Dictionary<string, Queue<long>> _byMachine = new(StringComparer.Ordinal);
    private readonly Queue<long> _all = new();
    private readonly Queue<(long Sequence, string Machine)> _strangers = new();
    private readonly Lock _reading = new();

    public LiteDbEventStore(ApplianceDatabase database)
    {
        _database = database;
        foreach (var document in database.Read(reads => reads.GetCollection(Known).Find(Query.All("_id")).ToArray()))
        {
            Count(document["_id"].AsInt64, document["machine"].IsNull ? null : document["machine"].AsString);
        }
        foreach (var document in database.Read(reads => reads.GetCollection(Strangers).Find(Query.All("_id")).ToArray()))
        {
            _strangers.Enqueue((document["_id"].AsInt64, document["machine"].AsString));
        }
        LastSequence = Math.Max(_all.LastOrDefault(), _strangers.LastOrDefault().Sequence);
    }

    public long LastSequence { get; private set; }

    public void Append(IReadOnlyList<ApplianceEvent> batch)
    {
        lock (_reading)
        {
            var surplus = new List<long>();
            var strangerSurplus = new List<long>();
            foreach (var happened in batch)
            {
                if (IsStranger(happened))
                {
                    _strangers.Enqueue((happened.Sequence, happened.Machine!));
                    Trim(_strangers, OfStrangers, strangerSurplus, entry => entry.Sequence);
                    continue;
                }
                Count(happened.Sequence, happened.Machine);
                Trim(_all, InAll, surplus, sequence => sequence);
                if (happened.Machine is { } machine)
                {
                    Trim(_byMachine[machine], PerMachine, surplus, sequence => sequence);
                }
            }
            _database.Write(writes =>
            {
                writes.GetCollection(Known).Insert(batch.Where(happened => !IsStranger(happened)).Select(Document));
                writes.GetCollection(Strangers).Insert(batch.Where(IsStranger).Select(Document));
                foreach (var sequence in surplus)
                {
                    writes.GetCollection(Known).Delete(sequence);
                }
                foreach (var sequence in strangerSurplus)
                {
                    writes.GetCollection(Strangers).Delete(sequence);
                }
            });
            LastSequence = batch[^1].Sequence;
        }
    }

    public void Move(string from, string to)
    {
        lock (_reading)
        {
            var surplus = new List<long>();
            var merged = new Queue<long>((_byMachine.GetValueOrDefault(from) ?? []).Concat(_byMachine.GetValueOrDefault(to) ?? []).Order());
            Trim(merged, PerMachine, surplus, sequence => sequence);
            var strangers = _strangers.Where(entry => entry.Machine == from).Select(entry => entry.Sequence).ToArray();
            _database.Write(writes =>
            {
                Rename(writes.GetCollection(Known), merged, from, to);
                Rename(writes.GetCollection(Strangers), strangers, from, to);
                foreach (var sequence in surplus)
                {
                    writes.GetCollection(Known).Delete(sequence);
                }
            });
            _byMachine.Remove(from);
            if (merged.Count > 0)
            {
                _byMachine[to] = merged;
            }
            for (var i = _strangers.Count; i > 0; i--)
            {
                var entry = _strangers.Dequeue();
                _strangers.Enqueue(entry.Machine == from ? (entry.Sequence, to) : entry);
            }
        }
    }

    public IReadOnlyList<ApplianceEvent> Read(string? machine, long before, int limit)
    {
        lock (_reading)
        {
            IEnumerable<long> known = machine is null ? _all : _byMachine.GetValueOrDefault(machine) ?? [];
            var strangers = _strangers.Where(entry => machine is null || entry.Machine == machine).Select(entry => entry.Sequence);
            var result = Newest(known).Select(sequence => Find(Known, sequence))
                .Concat(Newest(strangers).Select(sequence => Find(Strangers, sequence)))
                .OfType<ApplianceEvent>();
            return [.. result.OrderByDescending(happened => happened.Sequence).Take(limit)];
        }

        IEnumerable<long> Newest(IEnumerable<long> sequences) => sequences.Reverse().Where(sequence => sequence < before).Take(limit);
    }

    private ApplianceEvent? Find(string collection, long sequence) =>
        _database.Read(reads => reads.GetCollection(collection).FindById(sequence)) is { } document
            ? Documents.Read<ApplianceEvent>(document["body"].AsString)
            : null;

    private void Count(long sequence, string? machine)
    {
        _all.Enqueue(sequence);
        if (machine is not null)
        {
            (_byMachine.TryGetValue(machine, out var own) ? own : _byMachine[machine] = new Queue<long>()).Enqueue(sequence);
        }
    }

    private static void Trim<T>(Queue<T> queue, int bound, List<long> surplus, Func<T, long> sequence)
    {
        while (queue.Count > bound)
        {
            surplus.Add(sequence(queue.Dequeue()));
        }
    }

    private static void Rename(ILiteCollection<BsonDocument> events, IEnumerable<long> sequences, string from, string to)
    {
        foreach (var sequence in sequences)
        {
            if (events.FindById(sequence) is { } document && document["machine"] == from)
            {
                events.Update(Document(Documents.Read<ApplianceEvent>(document["body"].AsString) with { Machine = to }));
            }
        }
    }

    private static bool IsStranger(ApplianceEvent happened) => !happened.Known && happened.Machine is not null;

    private static BsonDocument Document(ApplianceEvent happened) => new()
    {
        ["_id"] = happened.Sequence,
        ["machine"] = happened.Machine,
        ["body"] = Documents.Write(happened),
    };
}
