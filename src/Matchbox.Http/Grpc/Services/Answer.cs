using Grpc.Core;

namespace Matchbox.Http.Grpc.Services;

/// <summary>Answers that are no success, with the codes that poseidon/matchbox gives them.</summary>
internal static class Answer
{
    /// <summary>Upstream's code for nearly everything: only the text tells faults apart.</summary>
    public static RpcException Unknown(string text) => new(new Status(StatusCode.Unknown, text));

    public static RpcException NotFound(string text) => new(new Status(StatusCode.NotFound, text));

    /// <summary>A call that no client should make, and that ends upstream's process.</summary>
    public static RpcException Malformed(string text) => new(new Status(StatusCode.InvalidArgument, text));

    public static void Require(bool holds, string text)
    {
        if (!holds)
        {
            throw Unknown(text);
        }
    }

    /// <summary>What can be read of a part's names without their last extension; the rest is left out.</summary>
    public static IEnumerable<T> Readable<T>(IEnumerable<string> names, Func<string, T> read)
    {
        foreach (var name in names)
        {
            T document;
            try
            {
                document = read(name[..(name.LastIndexOf('.') is var dot and >= 0 ? dot : name.Length)]);
            }
            catch (RpcException)
            {
                continue;
            }
            yield return document;
        }
    }
}
