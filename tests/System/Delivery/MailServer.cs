using System.Text.Json;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>What the mail server of a test asks for and how it behaves.</summary>
internal sealed record MailServerOptions
{
    /// <summary>TLS from the first byte; else STARTTLS when there is a certificate.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>Name of the certificate that the authority has issued; null for none.</summary>
    public string? Certificate { get; init; }

    /// <summary>SASL mechanisms that are offered; empty for no authentication.</summary>
    public string Mechanisms { get; init; } = "PLAIN LOGIN";

    /// <summary>Bytes of a message at most; 0 for no limit said.</summary>
    public int LargestMessage { get; init; }

    public bool Utf8 { get; init; }
}

/// <summary>aiosmtpd on loopback. Recipients whose names begin with <c>nobody</c> are refused, with <c>busy</c> put off; what it took lies in a folder.</summary>
internal sealed class MailServer : IDisposable
{
    public const string User = "carrier@example.net";
    public const string Password = "synthetic 密码";
    private const string Python = "/usr/bin/python3";

    private const string Script = """
        import asyncio, json, os, ssl, sys
        from aiosmtpd.smtp import SMTP, AuthResult
        o = json.loads(sys.argv[1])
        class Taker:
            count = 0
            async def handle_RCPT(self, server, session, envelope, address, options):
                if address.startswith('nobody'):
                    return '550 5.1.1 <' + address + '> no such mailbox'
                if address.startswith('busy'):
                    return '451 4.3.0 <' + address + '> later'
                envelope.rcpt_tos.append(address)
                return '250 OK'
            async def handle_DATA(self, server, session, envelope):
                Taker.count += 1
                name = os.path.join(o['folder'], '%06d' % Taker.count)
                with open(name + '.part', 'wb') as f:
                    f.write(envelope.original_content)
                with open(name + '.json', 'w') as f:
                    json.dump({'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'tls': session.ssl is not None or o['implicit'], 'options': envelope.mail_options}, f)
                os.rename(name + '.part', name + '.eml')
                return '250 2.0.0 taken as %d' % Taker.count
        def check(server, session, envelope, mechanism, data):
            good = data.login == o['user'].encode() and data.password == o['password'].encode()
            return AuthResult(success=good, handled=False)
        tls = None
        if o['certificate']:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(o['certificate'], o['certificate'] + '.key')
        offered = o['mechanisms'].split()
        def make():
            return SMTP(Taker(), hostname='mail.example.net', enable_SMTPUTF8=o['utf8'], data_size_limit=o['largest'] or None,
                        tls_context=None if o['implicit'] else tls, require_starttls=bool(tls) and not o['implicit'],
                        authenticator=check, auth_required=bool(offered), auth_require_tls=bool(tls) and not o['implicit'],
                        auth_exclude_mechanism=[m for m in ('PLAIN', 'LOGIN') if m not in offered])
        async def run():
            server = await asyncio.get_running_loop().create_server(make, '127.0.0.1', o['port'], ssl=tls if o['implicit'] else None)
            await server.serve_forever()
        asyncio.run(run())
        """;

    // Twice: as programs of today read names (RFC 2231), and as those do that know encoded words only.
    private const string Reader = """
        import email, email.policy, hashlib, json, sys
        from email.header import decode_header, make_header
        raw = open(sys.argv[1], 'rb').read()
        m = email.message_from_bytes(raw, policy=email.policy.default)
        old = [str(make_header(decode_header(p.get_param('name')))) for p in email.message_from_bytes(raw).walk() if p.get_param('name')]
        files = [{'name': p.get_filename(), 'old': o, 'sha256': hashlib.sha256(p.get_payload(decode=True)).hexdigest()} for p, o in zip(m.iter_attachments(), old)]
        print(json.dumps({'id': m['Message-ID'], 'package': m['X-MinerFlow-Package'], 'subject': m['Subject'], 'date': m['Date'], 'text': m.get_body().get_content(),
                          'defects': [str(d) for p in m.walk() for d in p.defects], 'files': files}))
        """;

    private const string Saver = """
        import email, email.policy, os, sys
        for p in email.message_from_bytes(open(sys.argv[1], 'rb').read(), policy=email.policy.default).iter_attachments():
            open(os.path.join(sys.argv[2], p.get_filename()), 'wb').write(p.get_payload(decode=True))
        """;

    private readonly DirectoryInfo _folder;
    private readonly Peer _peer;

    private MailServer(DirectoryInfo folder, int port, Peer peer) => (_folder, Port, _peer) = (folder, port, peer);

    public int Port { get; }

    /// <summary>Messages that were taken, in their order, as files.</summary>
    public IReadOnlyList<string> Messages => [.. Directory.GetFiles(_folder.FullName, "*.eml").Order(StringComparer.Ordinal)];

    public static void OrSkip()
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd"), "python3-aiosmtpd is not installed");
    }

    public static async Task<MailServer> Start(TestAuthority authority, MailServerOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("minerflow-mail-");
        var port = RunningService.FreePort();
        var settings = JsonSerializer.Serialize(new
        {
            port,
            folder = folder.FullName,
            @implicit = options.ImplicitTls,
            certificate = options.Certificate is { } name ? authority.FileOf(name) : "",
            mechanisms = options.Mechanisms,
            largest = options.LargestMessage,
            utf8 = options.Utf8,
            user = User,
            password = Password,
        });
        return new MailServer(folder, port, await Peer.Start(port, Python, "-W", "ignore", "-c", Script, settings));
    }

    /// <summary>A message as Python's <c>email</c> reads it.</summary>
    public static JsonElement Read(string message) => JsonDocument.Parse(Tool.Run(Python, "-c", Reader, message)).RootElement;

    /// <summary>Saves the attachments of a message into a folder, as a clerk does.</summary>
    public static void Save(string message, string folder) => Tool.Run(Python, "-c", Saver, message, folder);

    /// <summary>Envelope of a message.</summary>
    public static JsonElement Envelope(string message) => JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(message, "json"))).RootElement;

    public void Dispose()
    {
        _peer.Dispose();
        _folder.Delete(recursive: true);
    }
}
