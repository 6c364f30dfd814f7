import '@fontsource-variable/fraunces/opsz.css';
import '@fontsource-variable/source-sans-3/index.css';
import '../kit/tokens.css';
import '../kit/base.css';
import '../kit/desk.css';
