using System.Security.Cryptography;
using Matchbox.Core.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Storage.LiteDb.Sealing;

/// <summary>
/// Seals values by ASP.NET Core Data Protection: authenticated encryption, with keys that it makes and replaces itself. They are
/// kept beside the values, wrapped by the master key, without which neither can be read.
/// </summary>
public sealed class DataProtectionSealer : ISecretSealer, IDisposable
{
    // A world of its own: what the web server protects for itself has other keys, and nothing here reaches its log.
    private readonly ServiceProvider _services;
    private readonly IDataProtector _protector;

    public DataProtectionSealer(ApplianceDatabase database, MasterKey master)
    {
        var services = new ServiceCollection().AddSingleton(master);
        services.AddDataProtection().SetApplicationName("matchbox");
        services.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new LiteDbKeyRing(database);
            keys.XmlEncryptor = new MasterKeyWrap(master);
        });
        _services = services.BuildServiceProvider();
        _protector = _services.GetRequiredService<IDataProtectionProvider>().CreateProtector("secrets");
    }

    public byte[] Seal(string name, ReadOnlySpan<byte> value)
    {
        var text = value.ToArray();
        try
        {
            return _protector.CreateProtector(name).Protect(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    public byte[]? Open(string name, ReadOnlySpan<byte> value)
    {
        try
        {
            return _protector.CreateProtector(name).Unprotect(value.ToArray());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public void Dispose() => _services.Dispose();
}
