using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Matchbox.Core.Access;

namespace Matchbox.Http.Grpc;

/// <summary>What a client certificate of that subject may do. A subject may stand several times, with a right each.</summary>
/// <param name="Subject">A distinguished name as <see cref="TryNormalise"/> gives it, or <see cref="Everyone"/>.</param>
/// <param name="Right">Limited or not.</param>
public sealed record GrpcRole(string Subject, Right Right)
{
    /// <summary>Stands for each subject that is not named itself.</summary>
    public const string Everyone = "*";

    /// <summary>The one spelling of a subject such as <c>CN=ci, O=Example</c>; false: it is none.</summary>
    public static bool TryNormalise(string text, out string subject)
    {
        subject = text;
        if (text == Everyone)
        {
            return true;
        }
        try
        {
            // Encoded and read back: a name keeps the text that it was made from.
            subject = new X500DistinguishedName(new X500DistinguishedName(text).RawData).Name;
            return subject.Length > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
