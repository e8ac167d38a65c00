using System.Security.Cryptography;

namespace Matchbox.Http.Grpc.Tls;

/// <summary>A digest over the contents of a few small files: another one means that something changed.</summary>
internal static class FileState
{
    public static string Of(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths)
        {
            try
            {
                hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                hash.AppendData("gone"u8);
            }
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
